package sr

import (
	"bufio"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// readSecret is getpass(3): it asks on the terminal, which shows nothing of the
// answer, or where there is none reads a line of stdin.
func readSecret(env *applet.Env, prompt string) string {
	env.Stdout.Flush()
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		io.WriteString(env.Stderr, prompt)
		return line(env.Stdin)
	}
	defer tty.Close()
	fd := int(tty.Fd())
	modes, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err == nil {
		silent := *modes
		silent.Lflag &^= unix.ECHO | unix.ISIG
		unix.IoctlSetTermios(fd, unix.TCSETSF, &silent)
		defer unix.IoctlSetTermios(fd, unix.TCSETSF, modes)
	}
	tty.WriteString(prompt)
	secret := line(tty)
	tty.WriteString("\n")
	return secret
}

// line reads a line without its newline.
func line(r io.Reader) string {
	s, _ := bufio.NewReader(r).ReadString('\n')
	return strings.TrimSuffix(s, "\n")
}
