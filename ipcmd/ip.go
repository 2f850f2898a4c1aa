// Package ipcmd is ip(8) of iproute2: the option loop, the table of objects and
// -batch. What an object does is in a package of its own below this one.
//
// It may import the objects, ipcmd/object and internal/…, and no other applet.
package ipcmd

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/route"
	"github.com/nlbox/nlbox/ipcmd/vrf"
)

// Main is ip.
func Main(env *applet.Env) error {
	env.FlushFirst = true
	c := &object.Context{Env: env, LeaveVRF: vrf.Leave}
	c.Opt.Loops = defaultLoops
	return options(c, env.Args, &rest{argv0: env.Name})
}

// defaultLoops is how many rounds a flush makes at most.
const defaultLoops = 10

// rest is what the option loop finds besides the options proper.
type rest struct {
	argv0 string
	// batch is the file of -batch; nil without that option.
	batch *string
	color object.ColorMode
}

// start runs what stands behind the options.
func start(c *object.Context, args []string, r *rest) error {
	c.Opt.Color = c.Palette(r.color)
	if r.batch != nil {
		c.Batch = true
		defer c.Close()
		return c.RunBatch(*r.batch, lines())
	}
	defer c.Close()
	if main, ok := byArgv0(r.argv0); ok {
		return main(c, args)
	}
	if len(args) == 0 {
		return words.Usage(usage)
	}
	return run(c, args)
}

// byArgv0 finds the object that a link such as "ipaddr" names behind its first
// two letters.
func byArgv0(argv0 string) (object.Main, bool) {
	if len(argv0) <= 2 {
		return nil, false
	}
	table := objects()
	return applet.Find(table[:], argv0[2:])
}

// run runs one command: an object and its words.
func run(c *object.Context, args []string) error {
	table := objects()
	return runFrom(table[:], c, args)
}

func runFrom(table []objectRow, c *object.Context, args []string) error {
	main, ok := applet.Find(table, args[0])
	if !ok {
		return object.Fail(object.StatusLocal, `Object "`+args[0]+`" is unknown, try "ip help".`)
	}
	return main(c, args[1:])
}

// lines tells what the lines of a batch run. The changes of routes may wait for
// each other: no other object begins with "ro".
func lines() func(args []string) object.Line {
	table := objects()
	run := func(c *object.Context, args []string) error { return runFrom(table[:], c, args) }
	return func(args []string) object.Line {
		word := args[0]
		isRoute := len(word) > 1 && words.Prefix(word, "route")
		return object.Line{Run: run, Waits: isRoute && route.Changes(args[1:])}
	}
}

// usage is what ip says without an object.
const usage = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |
                   link | macsec | maddress | monitor | mptcp | mroute | mrule |
                   neighbor | neighbour | netconf | netns | nexthop | ntable |
                   ntbl | route | rule | sr | tap | tcpmetrics |
                   token | tunnel | tuntap | vrf | xfrm }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -h[uman-readable] | -iec | -j[son] | -p[retty] |
                    -f[amily] { inet | inet6 | mpls | bridge | link } |
                    -4 | -6 | -M | -B | -0 |
                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |
                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |
                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |
                    -c[olor]}
`

// help is `ip help`.
func help(*object.Context, []string) error { return words.Usage(usage) }
