package script

import "testing"

// getopts does what dash's does: each call of a function begins anew, its loop does
// not disturb the one around it, and setting OPTIND starts over.
func TestGetopts(t *testing.T) {
	const loop = `while getopts :ab:c o; do printf '%s[%s]%s ' "$o" "$OPTARG" "$OPTIND"; done; echo "$? $o $OPTIND"`
	for _, c := range []struct{ script, want, errs string }{
		{`f() { ` + loop + `; }; f -a -b x -c; f -acbx y; f -b; f -z -- -a`,
			"a[]2 b[x]4 c[]5 0 ? 5\na[]2 c[]2 b[x]2 0 ? 2\n:[b]2 0 ? 2\n?[z]2 0 ? 3\n", ""},
		{`set -- -a -b q r; ` + loop + `; shift $((OPTIND - 1)); echo "$*"; OPTIND=1; set -- -c; ` + loop, "a[]2 b[q]4 0 ? 4\nr\nc[]2 0 ? 2\n", ""},
		{`g() { local OPTIND; while getopts x p; do echo "g $p"; done; }; set -- -a -c; while getopts ac o; do echo $o; g -x -x; done`,
			"a\ng x\ng x\nc\ng x\ng x\n", ""},
		{`set -- -z -b; while getopts ab: o; do echo "$o ${OPTARG-unset}"; done`, "? unset\n? unset\n", "Illegal option -z\nNo arg for -b option\n"},
		{`f() { local OPTIND=1; while getopts a o; do echo $o; done; }; f -a; x=$(f -aa); echo $x; export o=0; f -a; env | grep ^o=`, "a\na a\na\no=?\n", ""},
	} {
		if out, _, ok := underDash(t, c.script); ok && out != c.want {
			t.Errorf("%s: dash has %q", c.script, out)
		}
		if r := run(t, c.script); r.out != c.want || r.errs != c.errs {
			t.Errorf("%s: %q, %q; want %q, %q", c.script, r.out, r.errs, c.want, c.errs)
		}
	}
}
