package testscripts

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	interpreter "github.com/nlbox/nlbox/internal/script"
)

var (
	oracle      = flag.Bool("oracle", false, "run the scripts with the machine's original tools")
	onlyPending = flag.Bool("pending", false, "run the scripts that wait for code, and only those")
	viaRun      = flag.Bool("run", false, "run every command as a script of nlbox run")
	update      = flag.Bool("update", false, "write the goldens; needs -oracle, except for *_ours scripts")
)

// commands are what the scripts call as programs: the applets of the box.
func commands() []string {
	return []string{"brctl", "ip", "bridge", "route", "arp", "ping", "ifconfig"}
}

// world is what TestMain found out about the machine before any script ran.
var world struct {
	// path is where the machine's own tools are.
	path string
	// refusal is why no script can run here; nil means they can.
	refusal error
}

func TestMain(m *testing.M) {
	programs := map[string]func(){"nonroot": nonroot, "nlbox": runScript}
	for _, name := range commands() {
		programs[name] = runApplet
	}
	if programs[filepath.Base(os.Args[0])] == nil {
		world.path = toolPath(os.Getenv("PATH"))
		world.refusal = reachSandbox()
		syscall.Umask(0o022)
	}
	testscript.Main(m, programs)
}

// runApplet is the test binary called as one of the commands: the way from argv
// to status is that of the real binary. A command that the box lacks must not
// fall through to the machine's own tool of that name.
func runApplet() {
	env := box.ProcessEnv()
	main, ok := box.Lookup(env.Name)
	if !ok {
		main = func(*applet.Env) error { return applet.Fail(127, "nlbox has no applet "+env.Name) }
	}
	os.Exit(applet.Run(main, env))
}

// runScript is the test binary called as `nlbox run [-x] [-e] SCRIPT WORD…`.
func runScript() {
	env := box.ProcessEnv()
	plan := &interpreter.Plan{}
	words := env.Args[1:]
	for ; len(words) > 1 && (words[0] == "-x" || words[0] == "-e"); words = words[1:] {
		plan.Trace = plan.Trace || words[0] == "-x"
		plan.ErrExit = plan.ErrExit || words[0] == "-e"
	}
	plan.File, plan.Args = words[0], words[1:]
	os.Exit(applet.Run(func(env *applet.Env) error { return interpreter.Run(env, plan) }, env))
}

// toolPath is where the scripts find the tools of the machine: the usual places,
// then those of path that can be entered. Others would turn "not found" into
// "permission denied".
func toolPath(path string) string {
	dirs := []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}
	for _, dir := range filepath.SplitList(path) {
		if !slices.Contains(dirs, dir) && filepath.IsAbs(dir) && unix.Access(dir, unix.X_OK) == nil {
			dirs = append(dirs, dir)
		}
	}
	return strings.Join(dirs, ":")
}

func TestScripts(t *testing.T) {
	if world.refusal != nil {
		t.Skipf("no private network and mount namespace to be had: %v", world.refusal)
	}
	if *oracle {
		if err := checkOracle(); err != nil {
			if *update {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	files := scripts(t)
	if len(files) == 0 {
		t.Skip("no script to run")
	}
	testscript.Run(t, testscript.Params{
		Files:               files,
		Setup:               setup,
		Condition:           condition,
		Cmds:                scriptCommands(),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// scripts lists the scripts of this run: the *_ours ones show what we do
// otherwise than the originals, and no original can run or write them.
func scripts(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("*.txtar")
	if err != nil || len(all) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	waits := pendingScripts(t)
	var files []string
	for _, file := range all {
		ours := strings.HasSuffix(file, "_ours.txtar")
		switch {
		case *oracle && ours, *update && !*oracle && !ours:
		case !*oracle && *onlyPending != waits[file]:
		default:
			files = append(files, file)
		}
	}
	return files
}

// pendingScripts returns the scripts that wait for code.
func pendingScripts(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile("pending")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, name := range strings.Fields(string(data)) {
		names[name+".txtar"] = true
	}
	return names
}

// TestScriptsCompare keeps a script from recording what it never looks at.
func TestScriptsCompare(t *testing.T) {
	files, err := filepath.Glob("*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		records := regexp.MustCompile(`(?m)^(\[.*\] )?(on \S+ )?(try|script) `).Match(archive.Comment)
		compares := regexp.MustCompile(`(?m)^cmp \S*transcript \S*golden$`).Match(archive.Comment)
		if records && !compares {
			t.Errorf("%s records a transcript and does not compare it", file)
		}
		for _, f := range archive.Files {
			if f.Name == "golden" && len(f.Data) == 0 {
				t.Errorf("%s has an empty golden", file)
			}
		}
	}
}
