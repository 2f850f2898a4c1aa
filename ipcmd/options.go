package ipcmd

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// version is what scripts that look at `ip -V` find: the release whose output
// this ip has.
const version = "ip utility, iproute2-6.1.0, libbpf 1.1.2\n"

// option is one row of the option table. set is for options without a value,
// value for those with one.
type option struct {
	set   func(*object.Options)
	value func(*object.Context, *rest, string) error
	// end is for options that end the command.
	end func(*object.Context) error
	// netns marks -netns, which switches at once.
	netns bool
}

type optionRow = applet.Row[option]

// The tables are in the order in which ip tests its options. The first row that a
// word is a beginning of wins: -r is -resolve and not -rcvbuf. -color, which has a
// form of its own, stands between the two.
var (
	optionsBeforeColor = [...]optionRow{
		{Name: "-loops", Value: option{value: setLoops}},
		{Name: "-family", Value: option{value: setFamily}},
		{Name: "-4", Exact: true, Value: option{set: func(o *object.Options) { o.Family = unix.AF_INET }}},
		{Name: "-6", Exact: true, Value: option{set: func(o *object.Options) { o.Family = unix.AF_INET6 }}},
		{Name: "-0", Exact: true, Value: option{set: func(o *object.Options) { o.Family = unix.AF_PACKET }}},
		{Name: "-M", Exact: true, Value: option{set: func(o *object.Options) { o.Family = unix.AF_MPLS }}},
		{Name: "-B", Exact: true, Value: option{set: func(o *object.Options) { o.Family = unix.AF_BRIDGE }}},
		{Name: "-human-readable", Value: option{set: func(o *object.Options) { o.Human = true }}},
		{Name: "-iec", Value: option{set: func(o *object.Options) { o.IEC = true }}},
		{Name: "-stats", Value: option{set: func(o *object.Options) { o.Stats++ }}},
		{Name: "-statistics", Value: option{set: func(o *object.Options) { o.Stats++ }}},
		{Name: "-details", Value: option{set: func(o *object.Options) { o.Details++ }}},
		{Name: "-resolve", Value: option{set: func(o *object.Options) { o.Resolve = true }}},
		{Name: "-oneline", Value: option{set: func(o *object.Options) { o.Oneline = true }}},
		{Name: "-timestamp", Value: option{set: func(o *object.Options) { o.Timestamp = true }}},
		{Name: "-tshort", Value: option{set: func(o *object.Options) { o.Timestamp, o.TimestampShort = true, true }}},
		{Name: "-Version", Value: option{end: printVersion}},
		{Name: "-force", Value: option{set: func(o *object.Options) { o.Force = true }}},
		{Name: "-batch", Value: option{value: setBatch}},
		{Name: "-brief", Value: option{set: func(o *object.Options) { o.Brief = true }}},
		{Name: "-json", Value: option{set: func(o *object.Options) { o.JSON = true }}},
		{Name: "-pretty", Value: option{set: func(o *object.Options) { o.Pretty = true }}},
		{Name: "-rcvbuf", Value: option{value: setRcvBuf}},
	}
	optionsBehindColor = [...]optionRow{
		{Name: "-help", Value: option{end: func(*object.Context) error { return words.Usage(usage) }}},
		{Name: "-netns", Value: option{netns: true}},
		{Name: "-Numeric", Value: option{set: func(o *object.Options) { o.Numeric = true }}},
		{Name: "-all", Value: option{set: func(o *object.Options) { o.All = true }}},
		{Name: "-echo", Exact: true, Value: option{set: func(o *object.Options) { o.Echo = true }}},
	}
)

// options reads the global options and runs what follows them. A -netns runs
// the rest of the line in that namespace.
func options(c *object.Context, args []string, r *rest) error {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		word := args[0]
		args = args[1:]
		if word == "--" {
			break
		}
		if strings.HasPrefix(word, "--") {
			word = word[1:]
		}
		opt, ok := applet.Find(optionsBeforeColor[:], word)
		if !ok {
			if mode, yes := object.ColorOption(word); yes {
				r.color = mode
				continue
			}
			opt, ok = applet.Find(optionsBehindColor[:], word)
		}
		switch {
		case !ok:
			return object.Abort(object.StatusUsage, `Option "`+word+`" is unknown, try "ip -help".`)
		case opt.end != nil:
			return opt.end(c)
		case opt.set != nil:
			opt.set(&c.Opt)
			continue
		}
		if len(args) == 0 {
			if !opt.netns {
				return words.Usage(usage)
			}
			// What C makes of a word that is not there.
			args = []string{"(null)"}
		}
		value := args[0]
		args = args[1:]
		if opt.netns {
			return namespace.Run(c.Env, value, func() error { return options(c, args, r) })
		}
		if err := opt.value(c, r, value); err != nil {
			return err
		}
	}
	return start(c, args, r)
}

func setLoops(c *object.Context, _ *rest, v string) error {
	c.Opt.Loops = int(format.Atoi(v))
	return nil
}

func setFamily(c *object.Context, _ *rest, v string) error {
	if v == "help" {
		return words.Usage(usage)
	}
	f, ok := names.FamilyID(v)
	if !ok {
		return words.Invalid("invalid protocol family", v)
	}
	c.Opt.Family = f
	return nil
}

func setBatch(_ *object.Context, r *rest, v string) error {
	r.batch = &v
	return nil
}

func setRcvBuf(c *object.Context, _ *rest, v string) error {
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return object.Abort(object.StatusUsage, "Invalid rcvbuf size '"+v+"'")
	}
	c.Opt.RcvBuf = int(n)
	return nil
}

func printVersion(c *object.Context) error {
	c.Env.Stdout.WriteString(version)
	return nil
}
