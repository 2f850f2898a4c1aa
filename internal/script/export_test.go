package script

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

// TestExported: what is exported stays so, whatever sets it; every text is what
// dash and bash print. "show" is a program, "seen" an applet.
func TestExported(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"export V=1; for V in 2 3; do show; done; show", "2 3 3"},
		{"for V in 2; do show; done", "-"},
		{"V=1; export V; for V in 2; do :; done; show", "2"},
		{"export V=1; for V in; do :; done; show", "1"},
		{"export V=1; for V in 2; do break; done; show", "2"},
		{"export V=1; f() { for V in 2; do return; done; }; f; show", "2"},
		{"export V=1; (for V in 2; do show; done); show", "2 1"},
		{"export V=1; (V=2; for V in 3; do :; done; show) & wait; show", "3 1"},
		{"export V=1; for V in 2; do (show); show & wait; x=$(show); echo $x; done", "2 2 2"},
		{"export V=1; for V in 2; do show; done | cat; show", "2 1"},
		{"export V=1; for V in 2 3; do for V in a; do :; done; show; done", "a a"},
		{"export V=1; echo 2 | { read V; show; }; show", "2 1"},
		{"export V=1; read V <<E\n2\nE\nshow", "2"},
		{"export V=1; command read -r U V <<E\na b\nE\nshow; read V </dev/null; show", "b "},
		{"export V=1; while read V; do show; done <<E\n2\n3\nE\nshow", "2 3 "},
		{"set -- -a -b; export V=1; while getopts ab V; do show; done; show", "a b ?"},
		{"export OPTARG=1; getopts a: V -a x; V=$OPTARG; export V; show", "x"},
		{"export V=1; : $((V = 2)); show; : $((V += 1)); show", "2 3"},
		{"export V=; : ${V:=2}; show; unset V; : ${V=3}; show", "2 -"},
		{"export V; show; for V in 2; do show; done", "- 2"},
		{"export V=1; for V in 2; do unset V; done; V=3; show", "-"},
		{"export V=1; for V in 2; do :; done; unset V; V=3; show; export V; show; for V in 4; do show; done", "- 3 4"},
		{"export V=1; (unset V; V=2; show); show", "- 1"},
		{"f() { local V; V=2; export V; for V in 3; do show; done; }; f; V=4; show", "3 -"},
		{"export V=1; f() { local V=2; for V in 3; do show; done; show; }; f; show", "3 3 1"},
		{"f() { export V=1; for V in 2; do :; done; }; f; show", "2"},
		{"set -a; V=1; set +a; for V in 2; do show; done", "2"},
		{"eval 'export V=1; for V in 2; do show; done'; show", "2 2"},
		{"eval 'export V=1'; for V in 2; do show; done", "2"},
		{"trap 'for V in 2; do show; done' EXIT; export V=1", "2"},
		{"export V=1; false; for V in 2; do echo $?; done; false; V=$((V+=1)); show; ! for V in 2; do :; done; echo $?", "1 3 1"},
		{"set -e; export V=1; false || for V in 2; do show; done; if false; then :; elif for V in 3; do false; done; then :; fi; show", "2 3"},
		{"cd /; cd /tmp; V=$(env | grep PWD | sort | tr '\\n' ' '); export V; show", "OLDPWD=/ PWD=/tmp "},
		{"unset PWD; PWD=1; V=$(env | grep ^PWD); export V; show", ""},
		{"T=1; export T; for T in 2; do T=3 sh -c 'echo $T'; sh -c 'echo $T'; done", "3 2"},
		// Those of the environment that the run began with.
		{"for HOME in /h; do V=$(printenv HOME); export V; show; done; read HOME </dev/null; V=$(env | grep -c ^HOME); show", "/h 1"},
		{"unset HOME; HOME=2; V=$(env | grep -c ^HOME); export V; show", "0"},
	} {
		for _, show := range []string{"printenv V || echo -", "seen"} {
			r := run(t, "show() { "+show+"; }\n"+c.script, lookupSeen)
			if got := strings.Join(strings.Split(strings.TrimSuffix(r.out, "\n"), "\n"), " "); got != c.want || r.status != 0 {
				t.Errorf("%s, %s: %q, want %q; status %d, %q", c.script, show, got, c.want, r.status, r.errs)
			}
		}
	}
	r := run(t, "#!/bin/bash\nexport V=1; ((V++)); show() { printenv V; }; show; for ((V = 3; V < 4; V++)); do show; done; let V+=1; show\n"+
		"read -r V <<<6; show; select V in a; do show; break; done <<<1 2>/dev/null; declare -x W=1; for W in 2; do V=$W; done; show; unset -v V; V=1; show")
	if r.out != "2\n3\n5\n6\na\n2\n" {
		t.Errorf("%+v", r)
	}
}

// lookupSeen adds an applet that prints V, "-" if it is not set.
func lookupSeen(env *applet.Env, _ *Plan) {
	env.Lookup = func(name string) (applet.Main, bool) {
		if name != "seen" {
			return box.Lookup(name)
		}
		return func(env *applet.Env) error {
			v, ok := env.LookupEnv("V")
			if !ok {
				v = "-"
			}
			_, err := env.Stdout.WriteString(v + "\n")
			return err
		}, true
	}
}

// TestEnvironmentOnDemand: an applet's environment is gathered when it asks, and
// once.
func TestEnvironmentOnDemand(t *testing.T) {
	var calls, copies atomic.Int64
	r := run(t, "export V=1; for i in 1 2 3; do quiet; done; ask; sh -c :", func(env *applet.Env, _ *Plan) {
		env.Lookup = func(name string) (applet.Main, bool) {
			return func(env *applet.Env) error {
				calls.Add(1)
				if env.Vars != nil {
					copies.Add(1)
				}
				if env.Name == "ask" {
					first := env.Environ()
					if env.Getenv("V") != "1" || &first[0] != &env.Environ()[0] || env.Getenv(keptPrefix+"PWD") != "" {
						t.Errorf("%q", first)
					}
				}
				return nil
			}, name == "quiet" || name == "ask"
		}
	})
	if calls.Load() != 4 || copies.Load() != 0 || r.status != 0 {
		t.Errorf("%d calls, %d with a copy, %+v", calls.Load(), copies.Load(), r)
	}
}

// TestLeftBehind: an applet that nobody waits for any more does not look at
// variables that the script goes on to set.
func TestLeftBehind(t *testing.T) {
	for range 20 {
		started, ended := make(chan bool, 1), make(chan bool, 1)
		run(t, "export V=1; linger & kill $!; wait; for V in 1 2 3; do V=2; W=3; done; told", func(env *applet.Env, _ *Plan) {
			env.Lookup = func(name string) (applet.Main, bool) {
				return func(env *applet.Env) error {
					if name == "told" {
						<-started
						<-ended
						return nil
					}
					defer func() { ended <- true }()
					started <- true
					for i := range 1000 {
						env.Vars = nil
						if env.Getenv("V") != "1" {
							t.Errorf("round %d", i)
						}
					}
					return nil
				}, name == "linger" || name == "told"
			}
		})
	}
}
