package objecttest

import (
	"bytes"
	_ "embed"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

//go:embed testdata/replay.c
var replaySource []byte

// library builds the library that makes ip read a file.
var library = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "objecttest")
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, "replay.c")
	if err := os.WriteFile(source, replaySource, 0o644); err != nil {
		return "", err
	}
	so := filepath.Join(dir, "replay.so")
	cmd := exec.Command("cc", "-shared", "-fPIC", "-o", so, source)
	cmd.Stderr = os.Stderr
	return so, cmd.Run()
})

// original is the ip that goldens are written by.
const original = "iproute2-6.1.0"

// theirs runs commands by the original on the messages of s. None of its
// requests reaches the kernel.
func theirs(t *testing.T, s *Stream) func(command string) *result {
	t.Helper()
	if v, err := exec.Command("ip", "-V").Output(); err != nil || !bytes.Contains(v, []byte(original)) {
		t.Skip("goldens are written by " + original)
	}
	so, err := library()
	if err != nil {
		t.Skip("no library for ip to read messages with: ", err)
	}
	dir := t.TempDir()
	messages, sent := filepath.Join(dir, "messages.nl"), filepath.Join(dir, "sent.nl")
	if err := os.WriteFile(messages, s.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return func(command string) *result {
		t.Helper()
		os.Remove(sent)
		var out, errs bytes.Buffer
		cmd := exec.Command("ip", fields(command)...)
		cmd.Env = []string{"LD_PRELOAD=" + so, "REPLAY=" + messages, "RECORD=" + sent}
		cmd.Stdout, cmd.Stderr = &out, &errs
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && (!errors.As(err, &exit) || !exit.Exited()) {
			t.Fatalf("%s: %v", command, err)
		}
		b, _ := os.ReadFile(sent) // none was sent when it is not there
		return &result{out: out.Bytes(), errs: errs.Bytes(), status: cmd.ProcessState.ExitCode(), sent: b}
	}
}
