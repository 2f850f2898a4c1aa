package fib

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func (v *View) mpls(b []byte) {
	var tb [mplsTTL + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if at.Has(mplsDst) {
		v.host(printer.None, "dst", " %s ", unix.AF_MPLS, at.Get(mplsDst))
	}
	if ttl, ok := at.U8(mplsTTL); ok {
		v.P.Uint("ttl", "ttl %u ", uint64(ttl))
	}
}

// parseMPLS reads a label stack and an optional TTL.
func parseMPLS(w *encapWords) error {
	if err := w.addr(mplsDst, w.Word(), unix.AF_MPLS); err != nil {
		return err
	}
	w.Skip()
	return w.options([]encapOption{{name: "ttl", set: func(w *encapWords, word string) error {
		return w.u8(mplsTTL, "ttl", word)
	}}})
}

func nth(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return "unknown"
}

func indexOf(names []string, word string) (uint8, bool) {
	for i, name := range names {
		if name == word {
			return uint8(i), true
		}
	}
	return 0, false
}

func (v *View) bpf(b []byte) {
	var tb [bpfHeadroom + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if at.Has(bpfIn) {
		v.bpfProg("in", at.Get(bpfIn))
	}
	if at.Has(bpfOut) {
		v.bpfProg("out", at.Get(bpfOut))
	}
	if at.Has(bpfXmit) {
		v.bpfProg("xmit", at.Get(bpfXmit))
	}
	if n, ok := at.U32(bpfHeadroom); ok {
		v.P.Uint("headroom", " %u ", uint64(n))
	}
}

const bpfUsage = `Usage: ip route ... encap bpf [ in BPF ] [ out BPF ] [ xmit BPF ] [...]
BPF := obj FILE [ section NAME ] [ verbose ]
`

func parseBPF(w *encapWords) error {
	headroom := false
	for w.More() {
		switch word := w.Word(); word {
		case "in", "out", "xmit":
			mode, err := w.Value()
			if err != nil {
				return err
			}
			return w.program(mode)
		case "headroom":
			word, err := w.Value()
			if err != nil {
				return err
			}
			n, ok := format.ParseU32(word, 0)
			if !ok || n == 0 {
				return words.Invalid("headroom is invalid\n", word)
			}
			if !headroom {
				w.r.U32(bpfHeadroom, n)
			}
			headroom = true
		case "help":
			return words.Usage(bpfUsage)
		default:
			return nil
		}
		w.Skip()
	}
	return nil
}

// program refuses a BPF program: in the original's words where that refuses it,
// and otherwise since none is loaded here.
func (w *encapWords) program(mode string) error {
	fd, err := w.c.Program(w.Cursor, mode, "\nFailed to parse eBPF program: "+rtnl.Strerror(unix.EPERM))
	if err != nil {
		return err
	}
	if fd >= 0 {
		unix.Close(fd)
	}
	return object.Abort(object.StatusUsage, "ip route: loading BPF programs is not supported by nlbox; use iproute2's ip for it")
}

func (v *View) xfrm(b []byte) {
	var tb [xfrmLink + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if id, ok := at.U32(xfrmIfID); ok {
		v.P.Uint("if_id", "if_id %u ", uint64(id))
	}
	if link, ok := at.S32(xfrmLink); ok {
		v.P.String("link_dev", "link_dev %s ", v.Link(link))
	}
}

const xfrmUsage = "Usage: ip route ... encap xfrm if_id IF_ID [ link_dev LINK ]\n"

// parseXfrm takes all words to the end of the line: those that it does not know
// are passed over, as in the original.
func parseXfrm(w *encapWords) error {
	table := [...]encapOption{
		{name: "if_id", set: func(w *encapWords, word string) error {
			id, ok := format.ParseU32(word, 0)
			if !ok || id == 0 {
				return words.Invalid("\"if_id\" value is invalid\n", word)
			}
			w.r.U32(xfrmIfID, id)
			return nil
		}},
		{name: "link_dev", set: func(w *encapWords, word string) error { return w.device(xfrmLink, word) }},
	}
	for ; w.More(); w.Skip() {
		if w.Is("help") {
			return words.Usage(xfrmUsage)
		}
		if o := findOption(table[:], w.Word()); o != nil {
			if err := w.option(o); err != nil {
				return err
			}
		}
	}
	if !w.has("if_id") {
		return words.Usage(xfrmUsage)
	}
	return nil
}
