package script

import "testing"

// Descriptors from 3 on do what they do in dash: each want is its output.
func TestDescriptors(t *testing.T) {
	for _, c := range []struct {
		script, want string
		status       int
	}{
		{`exec 3>f; echo a >&3; echo b >&3; exec 3>&-; cat f`,
			"a\nb\n", 0},
		{`exec 3>&1; x=$(echo out; echo log >&3); echo "got $x"; exec 3>&-`,
			"log\ngot out\n", 0},
		{`{ echo o; echo e >&2; } 3>&1 1>&2 2>&3 3>&- | sed 's/^/p:/'`,
			"p:e\n", 0},
		{`printf '1\n2\n' > in; while read l <&3; do echo "l $l"; read t <&3 && echo "t $t"; done 3< in`,
			"l 1\nt 2\n", 0},
		{`exec 3< /etc/passwd; read a <&3; read b <&3; echo "${a%%:*} ${b%%:*}"; exec 3<&-`,
			"root daemon\n", 0},
		{`( flock 9; echo locked ) 9> lock; flock -n lock echo free`,
			"locked\nfree\n", 0},
		{`exec 9>lock; flock 9; (flock -n 8 || echo busy) 8>lock; exec 9>&-; (flock -n 8 && echo free) 8>lock`,
			"busy\nfree\n", 0},
		{`echo x >&3; echo $?`,
			"2\n", 0},
		{`cat <&4; echo $?`,
			"2\n", 0},
		{`exec 3>/nonexistent/f; echo no`,
			"", 2},
		{`echo a 3>/nonexistent/f; echo $?`,
			"2\n", 0},
		{`f() { echo in >&3; return 4; }; f 3>&1; echo $?; f 3>f2; echo $?; cat f2`,
			"in\n4\n4\nin\n", 0},
		{`exec 3>&1 >f; echo hidden; echo shown >&3; exec >&3 3>&-; echo back; cat f`,
			"shown\nback\nhidden\n", 0},
		{`sh -c 'echo child >&3' 3>&1; exec 4>f; sh -c 'echo c4 >&4'; exec 4>&-; cat f; sh -c 'echo no >&4' 2>/dev/null; echo $?`,
			"child\nc4\n2\n", 0},
		{`x=$( { echo err >&2; echo out; } 2>&1 >&3 3>&- ) 3>&1; echo "x=$x"`,
			"out\nx=err\n", 0},
		{`{ x=$( { echo err >&2; echo out; } 2>&1 >&3 3>&- ); } 3>&1; echo "x=$x"`,
			"out\nx=err\n", 0},
		{`exec 3>f; (echo sub >&3; exec 3>&-; echo no >&3) 2>/dev/null; echo after >&3; cat f`,
			"sub\nafter\n", 0},
		{`exec 3>f; { sleep 0.1; echo late >&3; } & exec 3>&-; wait; cat f`,
			"late\n", 0},
		{`for i in 1 2; do echo $i >&3; done 3>f; cat f; if true; then echo t >&4; fi 4>>f; cat f`,
			"1\n2\n1\n2\nt\n", 0},
		{`exec 3<>f; echo one >&3; exec 3>&-; cat f; n=f; echo "w x" 3>$n >&3; cat f`,
			"one\nw x\n", 0},
		{`set -e; false 3>/dev/null || echo or; { false; } 3>/dev/null; echo no`,
			"or\n", 1},
		{`! false 3>/dev/null; echo $?; if ! true 3>&1; then echo no; else echo yes; fi`,
			"0\nyes\n", 0},
		{`ls /nonexistent 3>&2 2>/dev/null; echo $?; echo hi 5>&1 >&5`,
			"2\nhi\n", 0},
		{`exec 3>&1; { echo a >&3 | cat >/dev/null; } ; echo p | { cat >&3; }; exec 3>&-; : 3>f4; ls f4`,
			"a\np\nf4\n", 0},
		{`exec 5>&1; exec 6>&5; echo six >&6; exec 5>&- ; echo six2 >&6; echo five 2>/dev/null >&5; echo $?`,
			"six\nsix2\n2\n", 0},
		{`trap 'echo bye >&3' EXIT; exec 3>&1; exit 0`,
			"bye\n", 0},
		{`echo hi >f; command exec 8<f; read x <&8; echo $x; command exec 7</nonexistent/f; echo $?`,
			"hi\n2\n", 0},
	} {
		if out, status, ok := underDash(t, c.script); ok && (out != c.want || status != c.status) {
			t.Errorf("%s: dash has %q, %d", c.script, out, status)
		}
		if r := run(t, c.script); r.out != c.want || r.status != c.status {
			t.Errorf("%s: %q, status %d, want %q, %d; %q", c.script, r.out, r.status, c.want, c.status, r.errs)
		}
	}
}
