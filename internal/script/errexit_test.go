package script

import "testing"

// Under set -e a list of && or ||, a condition and what is negated do not end the
// script, nor does the command that they end; its status is theirs nevertheless.
// The wanted outputs are those of dash and of busybox's sh.
func TestErrexit(t *testing.T) {
	for _, c := range []struct {
		text, out string
		status    int
	}{
		{`for x in a b; do test $x = b && echo $x; done; echo end $?`, "b\nend 0\n", 0},
		{`for x in b a; do test $x = b && echo $x; done; echo end $?`, "b\nend 1\n", 0},
		{`if true; then false && echo no; fi; echo end $?`, "end 1\n", 0},
		{`{ false && echo no; }; echo end $?`, "end 1\n", 0},
		{`case a in a) false && echo no;; esac; echo end $?`, "end 1\n", 0},
		{`i=0; while [ $i -lt 2 ]; do i=$((i+1)); [ $i = 9 ] && echo no; done; echo end $?`, "end 1\n", 0},
		{`i=0; while [ $i -lt 1 ]; do i=1; true; done; echo end $?`, "end 0\n", 0},
		{`f() { for x in a; do false && :; done; }; f || echo f $?; echo end`, "f 1\nend\n", 0},
		{`! { false; echo on; }; echo end $?`, "on\nend 1\n", 0},
		{`! true; echo end $?`, "end 1\n", 0},
		{`if { false; true; }; then echo yes; fi; echo end $?`, "yes\nend 0\n", 0},
		{`for x in a; do false; echo no; done; echo no`, "", 1},
		{`for x in a; do true && false; echo no; done; echo no`, "", 1},
		{`{ true || false; false; }; echo no`, "", 1},
		{`x=$(for y in a; do false && :; done; echo in $?); echo $x`, "in 1\n", 0},
		{`(for y in a; do false && :; done; echo in $?); echo end`, "in 1\nend\n", 0},
		{`f() { false && :; }; f; echo no`, "", 1},
	} {
		r := run(t, "set -e\n"+c.text+"\n")
		if r.out != c.out || r.status != c.status || (r.errs == "") != (c.status == 0) {
			t.Errorf("%s\ngot status %d, %q, %q; want %d, %q", c.text, r.status, r.out, r.errs, c.status, c.out)
		}
	}
}
