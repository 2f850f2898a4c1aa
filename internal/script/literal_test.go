package script

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// underDash runs a script by the shell that is imitated, if it is here.
func underDash(t *testing.T, script string) (out string, status int, ok bool) {
	t.Helper()
	if _, err := exec.LookPath("dash"); err != nil {
		return "", 0, false
	}
	cmd := exec.Command("dash", "-c", script)
	cmd.Dir = t.TempDir()
	text, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode(), true
}

// What a script does with its words is what dash does: each want is its output,
// in one line, and its status when that is not 0.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		script, want string
		status       int
	}{
		// Backslashes where a word becomes one field.
		{`x=a\ b; echo "$x"; x=\$y; echo "$x"; x=a\"b\'c; echo "$x"; x=\\; printf '%s\n' "$x"; x=\n; echo ${#x}`, `a b $y a"b'c \ 1`, 0},
		{`export q=\#; printf '%s\n' "$q"; f() { local l=\n; echo "$l"; }; f; x=\~; echo "$x"`, `# n ~`, 0},
		{`case n in \n) echo y;; esac; case a\ b in "a b") echo y;; esac; foo=\"; case "$foo" in \") echo y;; esac`, `y y y`, 0},
		{`echo ${u:-\$x} "${u:-\$x}" "${u:-a\ b}" ${u:-"a\ b"}`, `$x $x a\ b a\ b`, 0},
		{`echo x >a\ b; cat a\ b "a b"; eval "y=\\\\\'; echo \"\$y\""; rm a\ b`, `x x \'`, 0},
		{`HOME=/h; x=~:a; echo $x; x=a:~; echo $x; x=a:~/b:~; echo $x; x="a:~"; echo $x; x=a~:b; echo $x; PATH=$PATH:~/bin; echo ${PATH##*:}`,
			`/h:a a:/h a:/h/b:/h a:~ a~:b /h/bin`, 0},
		// Quotes in the patterns of # and %.
		{`x="a?b"; echo "${x#*"?"}" "${x#*\?}" ${x#*'?'}; p='?'; echo "${x#*"$p"}" ${x%"$p"*}; x='a*b]c'; echo ${x%'*'*} ${x#*"]"}`, `b b b b a a c`, 0},
		// Parameters beyond $9.
		{`set -- 1 2 3 4 5 6 7 8 9 ten "e l"; echo ${10} $10 "${11}"; f() { echo $#; }; f "${12}"; f ${12}`, `ten 10 e l 1 0`, 0},
		// A return in a shell below that of the function.
		{`f() { (return 42; echo no); echo $?; }; f`, `42`, 0},
		{`f() { printf '1\n2\n' | while read x; do [ $x = 2 ] && return 5; echo $x; done; echo $?; }; f; echo $?`, `1 5 0`, 0},
		{`f() { x=$(echo a; return 3; echo b); echo $x $?; { echo c; return 4; echo d; } | cat; return 6 & wait $!; echo $?; }; f`, `a 3 c 6`, 0},
		{`f() { (g() { return 2; }; g; echo in $?); echo $?; return 7; }; f; echo $?`, `in 2 0 7`, 0},
		{`f() { eval 'return 4'; echo no; }; f; echo $?; return 3; echo no`, `4`, 3},
		{`echo 'return 4; echo no' >lib; . ./lib; echo $?; rm lib`, `4`, 0},
		// What has to be set.
		{`echo a; echo ${x?why}; echo no`, `a`, 2},
		{`f() { echo ${1:?}; }; f; echo no`, ``, 2},
		{`(: ${x?}) 2>/dev/null; set -e; false`, ``, 1},
		{`printf '%d %d\n' "'a" '"b'; command -p echo c`, `97 98 c`, 0},
	} {
		if out, status, ok := underDash(t, c.script); ok && (strings.Join(strings.Fields(out), " ") != c.want || status != c.status) {
			t.Errorf("%s: dash has %q, %d", c.script, out, status)
		}
		r := run(t, c.script)
		if got := strings.Join(strings.Fields(r.out), " "); got != c.want || r.status != c.status {
			t.Errorf("%s: %q, status %d, want %q, %d; %q", c.script, got, r.status, c.want, c.status, r.errs)
		}
	}
	for script, want := range map[string]string{
		"\necho ${x:?}":                 "s.sh: 2: x: parameter not set or null\n",
		"\nf() { : ${1?}; }\n\nf":       "s.sh: 2: 1: parameter not set\n",
		": ${ip:=1}; : ${x?\"a b\"}":    "s.sh: 1: x: a b\n",
		"set -- 1\necho ${10} ${10:-x}": "nlbox run: s.sh:2: ${10} is known here, but nothing in its braces\nnothing has been run\n",
	} {
		if r := run(t, script); r.errs != want {
			t.Errorf("%q: %q, want %q", script, r.errs, want)
		}
	}
}

// Quotes count in the word that an expansion may become.
func TestAlternatives(t *testing.T) {
	const show = `f() { printf '%s' $#; printf '<%s>' "$@"; echo; }; v='x y'; e=; `
	for _, c := range []struct{ script, want string }{
		{show + `set -- 'a b' c; f ${1+"$@"}; for i in ${1+"$@"}; do echo $i; done; set --; f ${1+"$@"}`, "2<a b><c>\na b\nc\n0<>\n"},
		{show + `f ${v:+"$v"} ${v:+-o "$v"} ${u:-"d e"} ${u-""} "${u-}" p${v:+"$v"}q`, "7<x y><-o><x y><d e><><><px yq>\n"},
		{show + `f ${e:+"$e"} ${e+"$e"} ${e-"no"} ${e:-'a b'}${v+" "}`, "2<><a b >\n"},
		{show + `f ${v:-"no"} ${v:+a\ b "c"d} ${v+ "$v" }z`, "6<x><y><a b><cd><x y><z>\n"},
		{show + `set -eu; f ${u:+"$u"} ${v:+"$v"} && f ${u-"1 2"} | cat; ! f ${v+"-"} >/dev/null; V=1 f ${v:+"$v"}; false ${v:+"$v"} || echo or; false ${v:+"$v"}; echo no`,
			"1<x y>\n1<1 2>\n1<x y>\nor\n"},
		{show + `g() { return ${v:+"3"}; }; g; echo $?; f ${v:+"$v"} >out & wait; cat out; rm out; eval 'f ${v:+"$v"}'; f $(echo ${v:+"$v"})`, "3\n1<x y>\n1<x y>\n2<x><y>\n"},
	} {
		if out, _, ok := underDash(t, c.script); ok && out != c.want {
			t.Errorf("%s: dash has %q", c.script, out)
		}
		if r := run(t, c.script); r.out != c.want {
			t.Errorf("%s: %q, want %q; %q", c.script, r.out, c.want, r.errs)
		}
	}
}

// Values are split at IFS as dash splits them.
func TestFields(t *testing.T) {
	const show = `f() { printf '%s' $#; printf '<%s>' "$@"; echo; }; IFS=`
	for _, c := range []struct{ script, want string }{
		{show + `:; x=fe80::1; f $x; set -- $x; f "$@"; for i in $x; do printf '[%s]' "$i"; done`, "3<fe80><><1>\n3<fe80><><1>\n[fe80][][1]"},
		{show + `:; x=:a:b:; f $x; f a$x; f ${x}b; f $(echo $x) "$x"; x=:; f $x; x=; f $x`, "3<><a><b>\n3<a><a><b>\n4<><a><b><b>\n2< a b><:a:b:>\n1<>\n0<>\n"},
		{show + `', '; x='a , , b'; f $x; x=' a b,c '; f $x`, "3<a><><b>\n3<a><b><c>\n"},
		{show + `.; f $(echo 10.0.0.1) $#; ip() { local IFS=.; set -- $1; echo $(($1 + $4)); }; ip 10.0.0.1`, "5<10><0><0><1><0>\n11\n"},
		{show + `:; x='a
'; f $x; f $(echo $x; false); echo $?; x=$(false); echo $?; $x; echo $?; false; f $? $x`, "1<a\n>\n1<a>\n0\n1\n0\n1<1>\n"},
		{show + `:; touch a:b; x='a*:c'; f $x; f "$x"; set -f; f $x; rm a:b`, "2<a:b><c>\n1<a*:c>\n2<a*><c>\n"},
		{show + `:; f ${u-a::b} ${u:=x:y} $u "$u"; x=$u; f $x`, "8<a><><b><x><y><x><y><x:y>\n2<x><y>\n"},
		{`printf 'a:b::c:\nd:e\\:f:g\n' | { IFS=: read x y z; echo "$x,$y,$z"; IFS=: read -r x y; echo "$x,$y"; IFS=: read x; echo "$?$x"; }`, "a,b,:c:\nd,e\\:f:g\n1\n"},
		{`IFS=: ; printf ' a b:c\\:d:e' | { read x y z; echo "$?,$x,$y,$z"; }; printf 'a:b:c:' | { read x y; echo "$y"; }; export E=1; echo 2:3 | { read E F; env | grep ^E=; }`,
			"1, a b,c:d,e\nb:c:\nE=2\n"},
		{`printf '1:2\n3:4\n' | while IFS=: read a b; do echo $b $a; done; x=a::b; for i in $x; do echo $i; done`, "2 1\n4 3\na::b\n"},
	} {
		if out, _, ok := underDash(t, c.script); ok && out != c.want {
			t.Errorf("%s: dash has %q", c.script, out)
		}
		if r := run(t, c.script); r.out != c.want || r.errs != "" {
			t.Errorf("%s: %q, want %q; %q", c.script, r.out, c.want, r.errs)
		}
	}
}
