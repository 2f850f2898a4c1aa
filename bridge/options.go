package bridge

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// version is what scripts that look at `bridge -V` find: the release whose
// output this bridge has.
const version = "bridge utility, 6.1.0\n"

// rest is what the option loop finds besides what the context holds.
type rest struct {
	// batch is the file of -batch; nil without that option.
	batch *string
	color object.ColorMode
}

// option is one row of the option table: a flag, or one with a value.
type option struct {
	set   func(*tool)
	value func(*tool, *rest, string) error
	// end is for options that end the command.
	end func(*tool) error
	// netns marks -netns, which switches at once.
	netns bool
}

type optionRow = applet.Row[option]

func flag(set func(*object.Options)) option {
	return option{set: func(t *tool) { set(&t.c.Opt) }}
}

// optionTable is in the order in which bridge tests its options, in two parts:
// -color, which has a form of its own, is tested between them. The first row
// that a word is a beginning of wins: -f is -family and not -force.
func optionTable() (before, behind []optionRow) {
	type o = object.Options
	before = []optionRow{
		{Name: "-help", Value: option{end: func(*tool) error { return words.Usage(usage) }}},
		{Name: "-Version", Value: option{end: printVersion}},
		{Name: "-stats", Value: flag(func(o *o) { o.Stats++ })},
		{Name: "-statistics", Value: flag(func(o *o) { o.Stats++ })},
		{Name: "-details", Value: flag(func(o *o) { o.Details++ })},
		{Name: "-oneline", Value: flag(func(o *o) { o.Oneline = true })},
		{Name: "-timestamp", Value: option{set: func(t *tool) { t.timestamp = true }}},
		{Name: "-family", Value: option{value: setFamily}},
		{Name: "-4", Exact: true, Value: flag(func(o *o) { o.Family = unix.AF_INET })},
		{Name: "-6", Exact: true, Value: flag(func(o *o) { o.Family = unix.AF_INET6 })},
		{Name: "-netns", Value: option{netns: true}},
	}
	behind = []optionRow{
		{Name: "-compressvlans", Value: option{set: func(t *tool) { t.vlan.compress = true }}},
		{Name: "-force", Value: flag(func(o *o) { o.Force = true })},
		{Name: "-json", Value: flag(func(o *o) { o.JSON = true })},
		{Name: "-pretty", Value: flag(func(o *o) { o.Pretty = true })},
		{Name: "-batch", Value: option{value: func(_ *tool, r *rest, v string) error {
			r.batch = &v
			return nil
		}}},
	}
	return before, behind
}

// options reads the global options and runs what follows them. A -netns runs
// the rest of the line in that namespace.
func options(t *tool, args []string, r *rest) error {
	before, behind := optionTable()
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		word := args[0]
		args = args[1:]
		if word == "--" {
			break
		}
		if strings.HasPrefix(word, "--") {
			word = word[1:]
		}
		opt, ok := applet.Find(before, word)
		if !ok {
			if mode, yes := object.ColorOption(word); yes {
				r.color = mode
				continue
			}
			opt, ok = applet.Find(behind, word)
		}
		switch {
		case !ok:
			return object.Abort(statusFailed, `Option "`+word+`" is unknown, try "bridge help".`)
		case opt.end != nil:
			return opt.end(t)
		case opt.set != nil:
			opt.set(t)
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
			return namespace.Run(t.c.Env, value, func() error { return options(t, args, r) })
		}
		if err := opt.value(t, r, value); err != nil {
			return err
		}
	}
	return start(t, args, r)
}

func setFamily(t *tool, _ *rest, v string) error {
	switch v {
	case "inet":
		t.c.Opt.Family = unix.AF_INET
	case "inet6":
		t.c.Opt.Family = unix.AF_INET6
	case "help":
		return words.Usage(usage)
	default:
		return words.Invalid("invalid protocol family", v)
	}
	return nil
}

func printVersion(t *tool) error {
	t.c.Env.Stdout.WriteString(version)
	return nil
}

// start runs what stands behind the options.
func start(t *tool, args []string, r *rest) error {
	c := t.c
	c.Opt.Color = c.Palette(r.color)
	defer c.Close()
	if r.batch != nil {
		return c.RunBatch(*r.batch, func([]string) object.Line {
			return object.Line{Run: func(_ *object.Context, args []string) error { return t.run(args) }}
		})
	}
	if len(args) == 0 {
		return words.Usage(usage)
	}
	return t.run(args)
}
