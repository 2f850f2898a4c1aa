package brctl

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
)

// show lists bridges with their ports: all of them, or those that are named.
func show(b *box, args []string) error {
	out := table{box: b}
	if b.json {
		out.json = b.jsonPrinter()
		defer out.json.Close()
	}
	if len(args) == 0 {
		list, err := b.bridges(0)
		if err != nil {
			return fail(err.Error())
		}
		for _, br := range list {
			if err := out.row(br); err != nil {
				return fail(err.Error())
			}
		}
		return nil
	}
	failed := false
	for _, name := range args {
		br, err := b.bridge(name)
		if err != nil {
			b.env.Report(err)
			failed = true
			continue
		}
		if err := out.row(br); err != nil {
			return fail(err.Error())
		}
	}
	if failed {
		return applet.Silent(1)
	}
	return nil
}

// bridge looks up a bridge that is to be shown.
func (b *box) bridge(name string) (*bridge, error) {
	d, err := b.bridgeDevice(name)
	if err != nil {
		return nil, fail("bridge " + name + " does not exist!")
	}
	list, err := b.bridges(d.index)
	if err != nil || len(list) == 0 {
		return nil, fail("device " + name + " is not a bridge!")
	}
	list[0].name = name // as it was typed
	return list[0], nil
}

// table is the output of show.
type table struct {
	*box
	started bool
	// json is where the rows go as JSON; nil for text.
	json *printer.Printer
}

// row shows a bridge.
func (t *table) row(br *bridge) error {
	ports, err := t.portNames(br)
	if err != nil {
		return err
	}
	if t.json != nil {
		jsonRow(t.json, br, ports)
		return nil
	}
	out := t.env.Stdout
	if !t.started {
		out.WriteString("bridge name\tbridge id\t\tSTP enabled\tinterfaces\n")
		t.started = true
	}
	printRow(out, br, ports)
	return nil
}

// printRow prints a bridge with its ports below each other.
func printRow(out *applet.Output, br *bridge, ports []string) {
	stp := "no"
	if v, _ := br.at().U32(unix.IFLA_BR_STP_STATE); v != 0 {
		stp = "yes"
	}
	out.WriteString(br.name + "\t\t" + bridgeID(br.at().Get(unix.IFLA_BR_BRIDGE_ID)) + "\t" + stp + "\t\t")
	if len(ports) == 0 {
		out.WriteString("\n")
	}
	lead := ""
	for _, name := range ports {
		out.WriteString(lead)
		out.WriteString(name)
		out.WriteString("\n")
		lead = "\t\t\t\t\t\t\t"
	}
}

// bridgeID is the text of a bridge id: 8000.020000000010.
func bridgeID(id []byte) string { return string(format.AppendBridgeIDPadded(nil, id)) }

// seconds is the text of a time in 1/100 s, in at least seven places.
func seconds(t uint64) string { return string(appendSeconds(nil, t)) }

func appendSeconds(dst []byte, t uint64) []byte {
	dst = format.AppendIntRight(dst, int64(t/100), 4)
	return append(dst, '.', '0'+byte(t%100/10), '0'+byte(t%10))
}
