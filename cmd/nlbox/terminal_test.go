package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// console is the other end of the terminal that a lab runs on.
type console struct {
	t    *testing.T
	file *os.File
	// seen is what the lab wrote since the last expect.
	seen strings.Builder
}

// onConsole starts the lab as the leader of a session on a new terminal.
func (l *lab) onConsole(t *testing.T) *console {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	c := &console{t: t, file: os.NewFile(uintptr(fd), "ptmx")}
	t.Cleanup(func() { c.file.Close() })
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	defer tty.Close()
	// No echo of what is typed, and Ctrl-C and Ctrl-Z drop nothing that was
	// written or typed just before.
	modes, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err == nil {
		modes.Lflag = modes.Lflag&^unix.ECHO | unix.NOFLSH
		err = unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, modes)
	}
	if err != nil {
		t.Fatal(err)
	}
	l.Stdin, l.Stdout, l.Stderr = tty, tty, tty
	if l.SysProcAttr == nil {
		l.SysProcAttr = &syscall.SysProcAttr{}
	}
	l.SysProcAttr.Setsid, l.SysProcAttr.Setctty = true, true
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// expect reads until the text comes, or the lab ends.
func (c *console) expect(text string) {
	c.t.Helper()
	c.file.SetReadDeadline(time.Now().Add(30 * time.Second))
	buf := make([]byte, 4096)
	for !strings.Contains(c.seen.String(), text) {
		n, err := c.file.Read(buf)
		c.seen.Write(buf[:n])
		if err != nil {
			skipRefused(c.t, c.seen.String())
			c.t.Fatalf("%v while waiting for %q; seen: %q", err, text, c.seen.String())
		}
	}
	_, rest, _ := strings.Cut(c.seen.String(), text)
	c.seen.Reset()
	c.seen.WriteString(rest)
}

// rest is what else was shown, once the lab has ended.
func (c *console) rest() string {
	c.file.SetReadDeadline(time.Now().Add(time.Second))
	io.Copy(&c.seen, c.file) // ends in EIO
	return c.seen.String()
}

func (c *console) send(text string) {
	c.t.Helper()
	if _, err := c.file.WriteString(text); err != nil {
		c.t.Fatal(err)
	}
}

// status waits for the lab's end.
func (l *lab) status(t *testing.T) int {
	t.Helper()
	err := l.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return l.ProcessState.ExitCode()
}

// The prompt has job control: Ctrl-C and Ctrl-Z are for the command that runs
// there, and not for us.
func TestRehearseShell(t *testing.T) {
	l := newLab(t, nil, "--shell", "slave")
	c := l.onConsole(t)
	c.expect("slave  eth0 10.211.55.123/24")
	c.expect("slave# ")
	c.send("hostname; tty >/dev/null && cat\n")
	c.expect("slave\r\n")
	// What cat repeats shows that it runs; a shell that is about to start it
	// may miss a signal.
	c.send("one\n")
	c.expect("one\r\n")
	c.send("\x03")
	c.expect("slave# ")
	c.send("cat\n")
	c.send("two\n")
	c.expect("two\r\n")
	c.send("\x1a")
	c.expect("slave# ")
	c.send("fg\n")
	c.send("three\n")
	c.expect("three\r\n")
	c.send("\x03")
	c.expect("slave# ")
	c.send("exit 5\n")
	if status := l.status(t); status != 5 {
		t.Errorf("status %d", status)
	}
	if left := l.processes(t); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// Ctrl-C ends a rehearsal at once, and whatever its script does about it.
func TestRehearseInterrupt(t *testing.T) {
	for _, trap := range []string{"", "trap '' INT; "} {
		l := newLab(t, map[string]string{"s.sh": trap + "echo going; sleep 1000"}, "s.sh")
		c := l.onConsole(t)
		c.expect("going\r\n")
		c.send("\x03")
		c.expect("nlbox rehearse: interrupted; the laboratory is gone\r\n")
		if status := l.status(t); status != 130 {
			t.Errorf("status %d", status)
		}
		if left := l.processes(t); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	}
}

// After a prompt the terminal is again that of whoever called us.
func TestRehearseGivesTerminalBack(t *testing.T) {
	l := newLab(t, nil)
	l.Path, l.Args = "/bin/sh", []string{"sh", "-c", `"$NLBOX" rehearse -q --shell; echo status $?; read word && echo got $word`}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l.Env = append(l.Env, "NLBOX="+self)
	c := l.onConsole(t)
	c.expect("master# ")
	c.send("stty -icanon; exit 3\n")
	c.expect("status 3\r\n")
	c.send("word\n")
	c.expect("got word\r\n")
	if status := l.status(t); status != 0 {
		t.Errorf("status %d", status)
	}
}
