package macsec

import (
	"encoding/hex"
	"strconv"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// saPrinter prints secure associations.
type saPrinter struct {
	// wide says that packet numbers have 64 bits.
	wide  bool
	stats bool
}

// list prints the associations of a channel; an is the text of their number.
func (s *saPrinter) list(p *printer.Printer, list []byte, an string, counters []string) error {
	p.OpenArray("sa_list", "")
	for _, b := range rtnl.All(list) {
		var tb [saSalt + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(b)
		p.OpenObject("")
		s.print(p, at, an)
		if s.stats && at.Has(saStats) {
			if err := printStats(p, counters, at.Get(saStats)); err != nil {
				return err
			}
		}
		p.CloseObject()
	}
	p.CloseArray("")
	return nil
}

// maxKeyIDShown is the number of bytes of a key's id that the original has room for.
const maxKeyIDShown = 31

// print prints an association. Of a wide packet number it shows the lower half, as
// the original does.
func (s *saPrinter) print(p *printer.Printer, at rtnl.Attrs, an string) {
	n, _ := at.U8(saAN)
	p.Text(margin + margin)
	p.Uint("an", an, uint64(n))
	if s.wide {
		pn, _ := at.U64(saPN)
		ssci, _ := at.BE32(saSSCI)
		p.Uint("pn", " PN %u,", uint64(uint32(pn)))
		p.Hex0x("ssci", "SSCI %08x", uint64(ssci))
	} else {
		pn, _ := at.U32(saPN)
		p.Uint("pn", " PN %u,", uint64(pn))
	}
	printState(p, at, saActive, " state %s,")
	id := at.Get(saKeyID)
	p.String("key", " key %s\n", hex.EncodeToString(id[:min(len(id), maxKeyIDShown)]))
}

// Counters are named by their attribute; those without a name are not shown.

func txSCCounters() []string {
	return []string{1: "OutPktsProtected", "OutPktsEncrypted", "OutOctetsProtected", "OutOctetsEncrypted"}
}

func secyCounters() []string {
	return []string{1: "OutPktsUntagged", "InPktsUntagged", "OutPktsTooLong", "InPktsNoTag",
		"InPktsBadTag", "InPktsUnknownSCI", "InPktsNoSCI", "InPktsOverrun"}
}

func rxSCCounters() []string {
	return []string{1: "InOctetsValidated", "InOctetsDecrypted", "InPktsUnchecked", "InPktsDelayed", "InPktsOK",
		"InPktsInvalid", "InPktsLate", "InPktsNotValid", "InPktsNotUsingSA", "InPktsUnusedSA"}
}

func txSACounters() []string { return []string{6: "OutPktsProtected", 7: "OutPktsEncrypted"} }

func rxSACounters() []string {
	return []string{1: "InPktsOK", "InPktsInvalid", "InPktsNotValid", "InPktsNotUsingSA", "InPktsUnusedSA"}
}

// maxCounters is more than the last attribute of any of them.
const maxCounters = 16

// printStats prints counters: a line of names and one of values.
func printStats(p *printer.Printer, names []string, b []byte) error {
	var tb [maxCounters][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	line := []byte(margin + "stats:")
	values := []byte(margin + "      ")
	for attr, name := range names {
		if name == "" {
			continue
		}
		value := "-"
		if at.Has(attr) {
			n, err := counter(at, attr)
			if err != nil {
				return err
			}
			value = strconv.FormatUint(n, 10)
			if p.JSON() {
				p.Uint(name, "", n)
			}
		}
		line = append(append(line, ' '), name...)
		values = format.AppendRight(values, value, len(name)+1)
	}
	if !p.JSON() {
		p.Bytes(printer.None, "", "%s\n", line)
		p.Bytes(printer.None, "", "%s\n", values)
	}
	return nil
}

// counter reads a counter of any width.
func counter(at rtnl.Attrs, attr int) (n uint64, err error) {
	switch b := at.Get(attr); len(b) {
	case 8:
		n, _ = at.U64(attr)
	case 4:
		v, _ := at.U32(attr)
		n = uint64(v)
	case 2:
		v, _ := at.U16(attr)
		n = uint64(v)
	case 1:
		n = uint64(b[0])
	default:
		err = object.Abort(object.StatusUsage, "invalid attribute length "+strconv.Itoa(len(b)))
	}
	return n, err
}
