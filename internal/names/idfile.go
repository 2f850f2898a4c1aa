package names

import (
	"path"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// lineMax is how much of a line iproute2 reads at once; the rest of a longer
// one counts as a line of its own.
const lineMax = 511

// readAll reads the file and then the *.conf files of the directory, both below
// t.Dir and either may be "", in the directory's own order. What cannot be read
// is passed over.
func (t *Tables) readAll(file, dir string, add func(id int32, name string)) {
	if file != "" {
		t.readFile(path.Join(t.Dir, file), add)
	}
	if dir == "" {
		return
	}
	found := entries(path.Join(t.Dir, dir)) // unsorted: later files win
	for _, name := range found {
		if name[0] != '.' && len(name) > len(".conf") && strings.HasSuffix(name, ".conf") {
			// iproute2 names the file so in its warning, hence no Clean.
			t.readFile(t.Dir+"/"+dir+"/"+name, add)
		}
	}
}

func (t *Tables) readFile(path string, add func(id int32, name string)) {
	data, ok := readFile(path)
	if !ok {
		return
	}
	if bad, ok := parseFile(data, add); !ok {
		t.warn("Database " + path + " is corrupted at " + bad + "\n")
	}
}

// parseFile calls add for every "number name" line of data. It stops at the
// first line that is neither that nor empty nor a comment and returns it, with
// its newline.
func parseFile(data string, add func(id int32, name string)) (bad string, ok bool) {
	for data != "" {
		var line string
		line, data = cutLine(data)
		line = strings.TrimLeft(line, " \t")
		if line == "" || line[0] == '#' || line[0] == '\n' {
			continue
		}
		id, name, ok := parseLine(line)
		if !ok {
			return line, false
		}
		add(id, name)
	}
	return "", true
}

// cutLine splits off a line as fgets(3) does: up to the newline, which belongs
// to it, at most lineMax bytes; a NUL ends what is seen of it.
func cutLine(data string) (line, rest string) {
	n := strings.IndexByte(data, '\n') + 1
	if n == 0 {
		n = len(data)
	}
	n = min(n, lineMax)
	line, rest = data[:n], data[n:]
	if i := strings.IndexByte(line, 0); i >= 0 {
		line = line[:i]
	}
	return line, rest
}

// parseLine reads a hex number after 0x, or else a decimal one, and a name,
// which ends at a blank. What follows is not looked at.
func parseLine(line string) (id int32, name string, ok bool) {
	if hex, found := strings.CutPrefix(line, "0x"); found {
		if v, rest, ok := format.ScanHex(hex); ok {
			if name := firstWord(rest); name != "" {
				return int32(v), name, true
			}
		}
	}
	id, rest, ok := format.ScanInt(line)
	if !ok {
		return 0, "", false
	}
	name = firstWord(rest)
	return id, name, name != ""
}

// firstWord is the conversion %s of sscanf(3).
func firstWord(s string) string {
	const blanks = " \t\n\v\f\r"
	s = strings.TrimLeft(s, blanks)
	if i := strings.IndexAny(s, blanks); i >= 0 {
		s = s[:i]
	}
	return s
}
