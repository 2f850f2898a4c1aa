package main

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A clone that is captured and kept stays until it is interrupted; then nothing
// but the captures is left.
func TestCloneKept(t *testing.T) {
	byRootAndUser(t, func(t *testing.T, user bool) {
		l := newLab(t, nil, "--clone", "--keep", "--pcap", "cap", "--on", "live.example", "ping -n -c 1 -W 5 10.211.55.1").live(t, user)
		if err := os.Chmod(l.Dir, 0o777); err != nil {
			t.Fatal(err)
		}
		said := l.interruptWhen(t, "the hosts stay until this is interrupted")
		for _, want := range []string{"live.example: nsenter ", "gateway: nsenter ", "interrupted; the laboratory is gone"} {
			if !strings.Contains(said, want) {
				t.Errorf("no %q in:\n%s", want, said)
			}
		}
		if status := l.ProcessState.ExitCode(); status != 128+int(unix.SIGINT) {
			t.Errorf("status %d\n%s%s", status, l.out.String(), said)
		}
		if left := l.processes(t); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
		echoes := 0
		files, _ := filepath.Glob(filepath.Join(l.Dir, "cap", "*.pcap"))
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), "\x0a\xd3\x37\x7a\x0a\xd3\x37\x01\x08\x00") {
				echoes++
			}
		}
		if echoes != 2 {
			t.Errorf("the echo request is in %d of %q, not in that of its sender and that of the gateway", echoes, files)
		}
	})
}

// interruptWhen starts the lab, interrupts it when it says text on stderr, and
// returns all that it said there. It skips where there can be no lab.
func (l *lab) interruptWhen(t *testing.T, text string) string {
	t.Helper()
	l.Stderr = nil
	stderr, err := l.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(); errors.Is(err, unix.EPERM) {
		t.Skip("no namespaces: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	interrupted := false
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if !interrupted && strings.Contains(lines.Text(), text) {
			interrupted = true
			l.Process.Signal(unix.SIGINT)
		}
	}
	l.Wait()
	if strings.Contains(said.String(), preludeFailed) {
		t.Skip(said.String())
	}
	skipRefused(t, said.String())
	return said.String()
}
