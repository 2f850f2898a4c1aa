package script

import (
	"strings"
	"testing"
)

// TestUnopened: a command whose redirection fails does not run, and what it leaves
// is what dash leaves; in bash the status is 1.
func TestUnopened(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"cat </nosuch; echo $?", "2"},
		{"ip -V >/nosuch/f; echo $?", "2"},
		{"cat </nosuch >out 2>&1; echo $?; ls out 2>/dev/null", "2"},
		{"f() { echo f; cat </nosuch; echo $?; }; f >/nosuch/f; echo $?; f", "2 f 2"},
		{"V=1 cat </nosuch; echo $? $V", "2"},
		{"! cat </nosuch; echo $?; cat </nosuch || echo or; if cat </nosuch; then :; else echo else $?; fi", "0 or else 2"},
		{"cat </nosuch | cat; echo $?; x=$(cat </nosuch); echo $?", "0 2"},
		{"cat </nosuch & wait $!; echo $?", "2"},
		{"eval 'cat </nosuch'; echo $?; command : </nosuch; echo $?", "2 2"},
		{"for i in 1 2; do cat <$i; echo x >2; done; echo $?", "x 0"},
		// A special builtin ends the shell.
		{"(: </nosuch; echo no); echo $?; x=$(echo a; exec </nosuch; echo b); echo $x $?", "2 a 2"},
		{"trap 'echo end' EXIT; exec >/nosuch/f; echo no", "end"},
		{"eval 'set -- a >/nosuch/f'; echo no", ""},
		// The interpreter's, for want of a call.
		{"{ echo; } >/nosuch/f; echo $?; V=1 >/nosuch/f; echo $?; E=; $E cat </nosuch; echo $?", "1 1 1"},
	} {
		r := run(t, c.script)
		if got := strings.Join(strings.Fields(r.out), " "); got != c.want {
			t.Errorf("%s: %q, want %q; %q", c.script, got, c.want, r.errs)
		}
	}
	if r := run(t, "set -e\ncat </nosuch\necho no"); r.status != 2 || r.out != "" ||
		r.errs != "s.sh: 2: cannot open /nosuch: No such file\nnlbox run: s.sh:2: cat: status 2 ends the script\n" {
		t.Errorf("%+v", r)
	}
	if r := run(t, "#!/bin/bash\ncat </nosuch; echo $?; : </nosuch; echo $?"); r.out != "1\n1\n" {
		t.Errorf("%+v", r)
	}
}
