package testscripts

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// session is what the commands of one script share.
type session struct {
	work string
	// exactKernel: lines that the kernel worded are compared by the letter.
	exactKernel bool
	masks       []mask
	hosts       map[string]*host
}

type sessionKey struct{}

func sessionOf(ts *testscript.TestScript) *session {
	return ts.Value(sessionKey{}).(*session)
}

func (s *session) close() {
	for _, h := range s.hosts {
		h.leave()
	}
}

// mask replaces what no golden can know.
type mask struct {
	pattern *regexp.Regexp
	with    string
}

// kernelWorded matches a line that repeats an answer of the kernel.
var kernelWorded = regexp.MustCompile(`^(Error|Warning): .*\.$|^RTNETLINK answers: .`)

// kernelMark heads such a line in a transcript.
const kernelMark = "2k|"

// way is how one command of a script is run.
type way struct {
	host   *host // nil: the script's own
	kernel bool  // stderr may be the kernel's words
	sort   bool  // the order of stdout's lines does not matter
	usage  bool  // a usage text is shown as such, not word for word
}

// run runs argv and returns its exit status, -1 for a death by signal.
// testscript keeps what it printed as stdout and stderr.
func (s *session) run(ts *testscript.TestScript, w way, argv []string) int {
	var err error
	// Through sh, for it makes argv[0] the word that was typed, as a user's
	// shell does; testscript would make it the path.
	words := append([]string{"-c", `exec "$0" "$@"`}, argv...)
	call := func() { err = ts.Exec("sh", words...) }
	if w.host == nil {
		call()
	} else {
		w.host.do(call)
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		ts.Fatalf("sh: %v", err)
		return 0
	}
}

// try runs argv and appends what came of it to the transcript.
func (s *session) try(ts *testscript.TestScript, w way, argv []string) {
	prefix := ""
	if w.host != nil {
		prefix = w.host.name
	}
	var status int
	if *viaRun {
		status = s.runLine(ts, w, quoted(argv))
	} else {
		status = s.run(ts, w, argv)
	}
	s.record(ts, prefix+"$ "+s.shellLine(argv), w, status)
}

// runLine runs a line as sh -c does, or as a script of nlbox run.
func (s *session) runLine(ts *testscript.TestScript, w way, line string) int {
	if !*viaRun {
		return s.run(ts, w, []string{"sh", "-c", line})
	}
	file := filepath.Join(s.work, ".line.sh")
	ts.Check(os.WriteFile(file, []byte(line+"\n"), 0o666))
	return s.run(ts, w, []string{"nlbox", "run", file})
}

// quoted is argv as a line for a shell.
func quoted(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return strings.Join(words, " ")
}

// record appends one command with the streams and the status of the last run.
func (s *session) record(ts *testscript.TestScript, title string, w way, status int) {
	var out bytes.Buffer
	out.WriteString(title + "\n")
	stdout, stderr := s.masked(ts.ReadFile("stdout")), s.masked(ts.ReadFile("stderr"))
	if w.sort {
		slices.Sort(stdout)
	}
	if w.usage {
		stdout, stderr = foldUsage(stdout, stderr)
	}
	for _, line := range stdout {
		writeLine(&out, "1|", line)
	}
	for _, line := range stderr {
		if w.kernel && kernelWorded.MatchString(strings.TrimSuffix(line, "\n")) {
			if !s.exactKernel {
				line = "*\n"
			}
			writeLine(&out, kernelMark, line)
			continue
		}
		writeLine(&out, "2|", line)
	}
	if status != 0 {
		out.WriteString("status " + strconv.Itoa(status) + "\n")
	}
	file, err := os.OpenFile(filepath.Join(s.work, "transcript"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	ts.Check(err)
	_, err = file.Write(out.Bytes())
	ts.Check(err)
	ts.Check(file.Close())
}

// writeLine writes one line of a stream, made visible.
func writeLine(out *bytes.Buffer, head, line string) {
	text, whole := strings.CutSuffix(line, "\n")
	out.WriteString(head + visible(text))
	if !whole {
		out.WriteString("␄") // the stream ends without a newline
	}
	out.WriteByte('\n')
}

// foldUsage puts one line for a usage text, which reaches from its first line
// to the end of the stream, and one for an indented list on the other stream.
// Nobody parses it, and everybody words it anew.
func foldUsage(stdout, stderr []string) ([]string, []string) {
	const folded = "(usage)\n"
	fold := func(lines, other []string) ([]string, []string) {
		first := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Usage") })
		if first < 0 {
			return lines, other
		}
		if list := slices.IndexFunc(other, func(line string) bool { return strings.HasPrefix(line, " ") }); list >= 0 {
			other = append(other[:list:list], folded)
		}
		return append(lines[:first:first], folded), other
	}
	stdout, stderr = fold(stdout, stderr)
	stderr, stdout = fold(stderr, stdout)
	return stdout, stderr
}

// masked splits text after each newline and masks each line.
func (s *session) masked(text string) []string {
	lines := slices.Collect(strings.Lines(text))
	for i := range lines {
		line, end := strings.CutSuffix(lines[i], "\n")
		for _, m := range s.masks {
			line = m.pattern.ReplaceAllString(line, m.with)
		}
		if end {
			line += "\n"
		}
		lines[i] = line
	}
	return lines
}

// visible shows control characters, except for tabs, by their pictures.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ':
			return '␀' + r
		case r == 0x7f:
			return '␡'
		}
		return r
	}, text)
}

// shellLine is argv as one would type it.
func (s *session) shellLine(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		if name := s.hostOf(word); name != "" {
			word = "$" + name
		} else if word == "" || strings.ContainsAny(word, " \t\n'\"\\$&|;<>()*?#`") {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}

// hostOf returns the host that word is the number of.
func (s *session) hostOf(word string) string {
	for name, h := range s.hosts {
		if word == strconv.Itoa(h.thread) {
			return name
		}
	}
	return ""
}

// prepareGolden makes the golden of a script fit for another kernel than the
// one that it was written on: lines in that kernel's words become wildcards.
func (s *session) prepareGolden() error {
	if s.exactKernel {
		return nil
	}
	name := filepath.Join(s.work, "golden")
	golden, err := os.ReadFile(name)
	if err != nil {
		return nil // a script without a transcript
	}
	var out bytes.Buffer
	for scan := bufio.NewScanner(bytes.NewReader(golden)); scan.Scan(); {
		line := scan.Text()
		if strings.HasPrefix(line, kernelMark) {
			line = kernelMark + "*"
		}
		out.WriteString(line + "\n")
	}
	return os.WriteFile(name, out.Bytes(), 0o666)
}
