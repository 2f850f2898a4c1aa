package tuntap

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// nobody is the owner of a device that anybody may open: no owner at all.
const nobody = ^uint32(0)

// device is what the words of add and delete say.
type device struct {
	// name is empty where the kernel is to choose one.
	name string
	// flags are IFF_TUN or IFF_TAP, and what goes with them (linux/if_tun.h).
	flags uint16
	// user and group may open the device without privilege.
	user, group uint32
}

// keyword reads a keyword, and its value if it has one, from the cursor that
// stands on it.
type keyword = func(d *device, w *words.Cursor) error

// keywords are those of add, or of delete, which has no owners, in the order in
// which ip tests them.
func keywords(owners bool) []applet.Row[keyword] {
	table := []applet.Row[keyword]{{Name: "mode", Value: setMode}}
	if owners {
		table = append(table,
			applet.Row[keyword]{Name: "user", Value: setUser},
			applet.Row[keyword]{Name: "group", Value: setGroup})
	}
	return append(table,
		applet.Row[keyword]{Name: "pi", Value: func(d *device, _ *words.Cursor) error {
			d.flags &^= unix.IFF_NO_PI
			return nil
		}},
		applet.Row[keyword]{Name: "one_queue", Value: flag(unix.IFF_ONE_QUEUE)},
		applet.Row[keyword]{Name: "vnet_hdr", Value: flag(unix.IFF_VNET_HDR)},
		applet.Row[keyword]{Name: "multi_queue", Value: flag(unix.IFF_MULTI_QUEUE)},
		applet.Row[keyword]{Name: "dev", Value: setDev},
		applet.Row[keyword]{Name: "name", Value: setName},
		applet.Row[keyword]{Name: "help", Value: func(*device, *words.Cursor) error {
			return words.Usage(usage)
		}})
}

// parse reads the words of add or delete.
func parse(args []string, owners bool) (device, error) {
	d := device{flags: unix.IFF_NO_PI, user: nobody, group: nobody}
	table := keywords(owners)
	for w := words.New(args); w.More(); w.Skip() {
		run, ok := applet.Find(table, w.Word())
		if !ok {
			run = takeName
		}
		if err := run(&d, w); err != nil {
			return d, err
		}
	}
	if d.flags&(unix.IFF_TUN|unix.IFF_TAP) == 0 {
		return d, object.Fail(object.StatusLocal, "You failed to specify a tunnel mode")
	}
	return d, nil
}

func flag(bit uint16) keyword {
	return func(d *device, _ *words.Cursor) error {
		d.flags |= bit
		return nil
	}
}

func setMode(d *device, w *words.Cursor) error {
	v, err := w.Value()
	if err != nil {
		return err
	}
	mode, other := uint16(0), uint16(0)
	switch {
	case words.Prefix(v, "tun"):
		mode, other = unix.IFF_TUN, unix.IFF_TAP
	case words.Prefix(v, "tap"):
		mode, other = unix.IFF_TAP, unix.IFF_TUN
	default:
		return object.Abort(object.StatusUsage, `Unknown tunnel mode "`+v+`"`)
	}
	if d.flags&other != 0 {
		return object.Abort(object.StatusUsage, "You managed to ask for more than one tunnel mode.")
	}
	d.flags |= mode
	return nil
}

func setUser(d *device, w *words.Cursor) (err error) {
	d.user, err = owner(w, "user", names.UserID)
	return err
}

func setGroup(d *device, w *words.Cursor) (err error) {
	d.group, err = owner(w, "group", names.OwnerGroupID)
	return err
}

// owner reads a number, or a name that find knows. Of a number the low 32 bits
// count: -1 is nobody.
func owner(w *words.Cursor, what string, find func(string) (uint32, bool)) (uint32, error) {
	v, err := w.Value()
	if err != nil {
		return 0, err
	}
	if id, n, _ := format.Strtol(v, 10); n == len(v) && n > 0 {
		return uint32(id), nil
	}
	id, ok := find(v)
	if !ok {
		return 0, object.Abort(object.StatusUsage, "invalid "+what+` "`+v+`"`)
	}
	return id, nil
}

// setDev is dev NAME, of which the last one counts.
func setDev(d *device, w *words.Cursor) error {
	v, err := w.Value()
	if err != nil {
		return err
	}
	if !format.ValidIfname(v) {
		return words.Invalid(`"dev" not a valid ifname`, v)
	}
	d.name = v
	return nil
}

// setName is name NAME.
func setName(d *device, w *words.Cursor) error {
	if _, err := w.Value(); err != nil {
		return err
	}
	return takeName(d, w)
}

// takeName takes a word that is no keyword for the name.
func takeName(d *device, w *words.Cursor) error {
	if d.name != "" {
		return words.Garbage("name", w.Word())
	}
	if !format.ValidIfname(w.Word()) {
		return words.Invalid(`"name" not a valid ifname`, w.Word())
	}
	d.name = w.Word()
	return nil
}
