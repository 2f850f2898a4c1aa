package rehearse

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
)

// keep starts a process on each host for others to enter its namespaces by, says
// which, and waits for the end.
func (r *runner) keep(lab *Lab) (int, error) {
	tell := os.NewFile(holdersFd, "holders")
	for _, h := range lab.Hosts {
		pid, err := r.holder(h.Name)
		if err != nil {
			return 0, err
		}
		io.WriteString(tell, h.Name+" "+strconv.Itoa(pid)+"\n")
	}
	tell.Close()
	select {
	case sig := <-r.leash.signals:
		return 0, &endedError{r.leash.end(sig)}
	case <-r.leash.cut:
		return 0, &endedError{1}
	}
}

// tellHolders reads of the hosts' processes, and says how to enter them. pid is
// the process inside.
func tellHolders(env *applet.Env, title string, pid int, holders *os.File) {
	defer holders.Close()
	list := bufio.NewScanner(holders)
	enter := "nsenter --net --mount --uts"
	if os.Geteuid() != 0 {
		enter = "nsenter --user --preserve-credentials --net --mount --uts"
	}
	told := false
	for list.Scan() {
		name, inner, _ := strings.Cut(list.Text(), " ")
		if outer := outerPID(pid, inner); outer != "" {
			env.Stderr.Write([]byte(title + name + ": " + enter + " --target " + outer + "\n"))
			told = true
		}
	}
	if told {
		io.WriteString(env.Stderr, title+"the hosts stay until this is interrupted (Ctrl-C)\n")
	}
}

// outerPID finds the process that is called inner in the PID namespace of the
// process pid, by the line NSpid of /proc/PID/status (proc(5)).
func outerPID(pid int, inner string) string {
	space, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/ns/pid")
	if err != nil {
		return ""
	}
	files, _ := filepath.Glob("/proc/[0-9]*/ns/pid")
	for _, f := range files {
		if s, err := os.Readlink(f); err != nil || s != space {
			continue
		}
		outer := strings.Split(f, "/")[2]
		status, err := os.ReadFile("/proc/" + outer + "/status")
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(status)) {
			if pids, ok := strings.CutPrefix(line, "NSpid:"); ok {
				if list := strings.Fields(pids); list[len(list)-1] == inner {
					return outer
				}
			}
		}
	}
	return ""
}
