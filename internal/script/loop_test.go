package script

import (
	"strings"
	"testing"
)

// TestLoop: a loop's variable and $?, however the loop is left. The texts are dash's
// and bash's.
func TestLoop(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"f() { for d in a b c; do [ $d = b ] && return 3; done; }; f; echo $? $d", "3 b"},
		{"trap 'echo at $d' EXIT; for d in a b c; do [ $d = b ] && exit 0; echo $d; done", "a at b"},
		{"trap 'echo at $d' EXIT; set -e; for d in a b; do false; done", "at a"},
		{"for d in a b c; do [ $d = b ] && break; done; echo $d; for d in a b; do continue; done; echo $d; for d in; do :; done; echo $d", "b b b"},
		{"false; for d in a b; do echo $? $d; false; done", "1 a 1 b"},
		{"false; for d in a b; do echo $d; echo $?; false; done", "a 0 b 0"},
		{"f() { echo $?; }; false; for d in a b; do f; false; done", "1 1"},
		{"f() { for d in a b; do return; done; }; false; f; echo $? $d", "1 a"},
		{"false; for d in a; do if [ $? = 1 ]; then echo one; fi; done", "one"},
		{"set -e; false || for d in a b; do echo $?; done; for d in a; do x=$(echo $d) y=$?; done; echo $x $y", "1 0 a 0"},
		{"set -- p q; for d; do echo $d; done; for d in 'x y' \"$@\"; do echo \"$d.\"; done", "p q x y. p. q."},
		{"f() { local d; for d in a; do :; done; echo $d; }; d=out; f; echo $d", "a out"},
		{"for d in 1 2; do for d in a b; do :; done; echo $d; done", "b b"},
		{"for d in a b; do (for d in c; do echo $d; done); echo $d & wait; done", "c a c b"},
		{"eval 'for d in a b; do echo $d; done'; g() { eval 'for d in a b; do return; done'; }; g; echo $d", "a b a"},
	} {
		r := run(t, c.script)
		if got := strings.Join(strings.Fields(r.out), " "); got != c.want {
			t.Errorf("%s: %q, want %q; %q", c.script, got, c.want, r.errs)
		}
	}
	if r := run(t, "set -x; for d in a; do echo $d; done; false; for d in a; do echo $?; done"); r.errs != "+ echo a\n+ false\n+ echo 1\n" {
		t.Errorf("%+v", r)
	}
}

// TestReturn: without a number it is $?.
func TestReturn(t *testing.T) {
	r := run(t, "f() { return; }; g() { false || return; echo no; }; h() { (exit 3); return; }; i() { false; return 0; }\n"+
		"f; echo $?; false; f; echo $?; g; echo $?; h; echo $?; i; echo $?; set -e; h || echo or $?; g; echo no")
	if r.out != "0\n1\n1\n3\n0\nor 3\n" || r.status != 1 {
		t.Errorf("%+v", r)
	}
}
