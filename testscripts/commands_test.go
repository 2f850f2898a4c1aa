package testscripts

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// command is a command of the script language.
type command = func(ts *testscript.TestScript, neg bool, args []string)

// scriptCommands are our own commands, beside testscript's. README.md is their
// manual.
func scriptCommands() map[string]command {
	return map[string]command{
		"exits": plain("exits STATUS CMD…", 2, cmdExits),
		"host":  plain("host NAME", 1, cmdHost),
		"mask":  plain("mask PATTERN REPLACEMENT", 2, cmdMask),
		"on":    plain("on HOST try|exits|script|until …", 3, cmdOn),
		"run":   plain("run [-x] [-e] FILE WORD…", 1, cmdRun),
		"script": plain("script FILE", 1, func(ts *testscript.TestScript, args []string) {
			script(ts, way{}, args[0])
		}),
		"try": plain("try [-kernel] [-sort] [-usage] CMD…", 1, func(ts *testscript.TestScript, args []string) {
			try(ts, way{}, args)
		}),
		"until": plain("until PATTERN CMD…", 2, cmdUntil),
	}
}

// plain is a command that cannot be negated and takes at least min words.
func plain(usage string, min int, f func(*testscript.TestScript, []string)) command {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < min {
			ts.Fatalf("usage: %s", usage)
		}
		f(ts, args)
	}
}

// try: run a command, whatever its status, and write it into the transcript.
func try(ts *testscript.TestScript, w way, args []string) {
	for ; len(args) > 1; args = args[1:] {
		switch args[0] {
		case "-kernel":
			w.kernel = true
			continue
		case "-sort":
			w.sort = true
			continue
		case "-usage":
			w.usage = true
			continue
		}
		break
	}
	sessionOf(ts).try(ts, w, args)
}

// cmdExits: run a command that must end with exactly this status; a signal's
// is -1. stdout and stderr are then testscript's to look at.
func cmdExits(ts *testscript.TestScript, args []string) { exits(ts, way{}, args) }

func exits(ts *testscript.TestScript, w way, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := sessionOf(ts).run(ts, w, args[1:]); got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// cmdMask: replace a pattern in the transcript from here on.
func cmdMask(ts *testscript.TestScript, args []string) {
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	s := sessionOf(ts)
	s.masks = append(s.masks, mask{pattern, args[1]})
}

// script: try each line of a file as sh reads it.
func script(ts *testscript.TestScript, w way, file string) {
	s := sessionOf(ts)
	prefix := ""
	if w.host != nil {
		prefix = w.host.name
	}
	for line := range strings.Lines(ts.ReadFile(file)) {
		line = strings.TrimSuffix(line, "\n")
		status := s.runLine(ts, w, line)
		s.record(ts, prefix+"$ "+line, w, status)
	}
}

// cmdRun: try a whole script, by sh (a FILE.bash by bash) with the originals and by
// nlbox run with our applets.
func cmdRun(ts *testscript.TestScript, args []string) {
	s := sessionOf(ts)
	argv := append([]string{"nlbox", "run"}, args...)
	shell := "sh"
	if strings.HasSuffix(strings.Join(args[:1], ""), ".bash") {
		shell = "bash"
	}
	if *oracle {
		argv = append([]string{shell}, args...)
	}
	s.record(ts, "$ "+shell+" "+strings.Join(args, " "), way{}, s.run(ts, way{}, argv))
}

// cmdOn: run a command of the script language on one of the script's hosts.
func cmdOn(ts *testscript.TestScript, args []string) {
	h := sessionOf(ts).hosts[args[0]]
	if h == nil {
		ts.Fatalf("no host %s", args[0])
	}
	w, verb, args := way{host: h}, args[1], args[2:]
	switch {
	case verb == "try":
		try(ts, w, args)
	case verb == "exits" && len(args) > 1:
		exits(ts, w, args)
	case verb == "script":
		script(ts, w, args[0])
	case verb == "until" && len(args) > 1:
		until(ts, w, args)
	default:
		ts.Fatalf("usage: on HOST try|exits|script|until …")
	}
}

// patience is how long until waits. Nothing that the kernel does by itself
// takes longer; it is spent only when a test fails.
const patience = 20 * time.Second

// cmdUntil: run a command again and again until its stdout matches. The kernel
// brings links up, and down, some time after it was told to.
func cmdUntil(ts *testscript.TestScript, args []string) { until(ts, way{}, args) }

func until(ts *testscript.TestScript, w way, args []string) {
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		sessionOf(ts).run(ts, w, args[1:])
		if pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("not within %v: %s", patience, args[0])
}

// cmdHost: a further machine. $NAME becomes an id by which `ip link set DEV
// netns $NAME` finds it.
func cmdHost(ts *testscript.TestScript, args []string) {
	s := sessionOf(ts)
	if s.hosts[args[0]] != nil {
		ts.Fatalf("host %s exists", args[0])
	}
	h, err := startHost(args[0])
	ts.Check(err)
	if s.hosts == nil {
		s.hosts = make(map[string]*host)
	}
	s.hosts[args[0]] = h
	ts.Setenv(args[0], strconv.Itoa(h.thread))
	_, err = os.Stat("/proc/" + strconv.Itoa(h.thread) + "/ns/net")
	ts.Check(err)
}
