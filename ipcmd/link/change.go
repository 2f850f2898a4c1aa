package link

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// change is one RTM_NEWLINK or RTM_DELLINK under construction: all keywords of
// a command go into one request, so that the kernel takes all or nothing.
//
// Words are looked up in the kernel as they are read, since the first mistake
// from the left is the one that ip names.
type change struct {
	c *object.Context
	r *rtnl.Request
	// create says that the request makes a link.
	create bool
	// header is where the struct ifinfomsg of these words lies in the request:
	// the message's own, or that of a veth's peer.
	header int

	name, dev, link, kind string
	// devGiven says that dev is a word of its own, not that of name; linkGiven,
	// that there was a link: its word may be empty.
	devGiven, linkGiven bool
	addrLen             int
	index               int32
	flags, mask         uint32
	moveNetns           bool
	// typed says that `type KIND` was read; the kind's options are next.
	typed bool
	// seen are the keywords that may be given once.
	seen map[string]bool
	// fds are namespace files that stay open until the request is sent.
	fds []int
}

// infoHeader is the size of struct ifinfomsg.
const infoHeader = unix.SizeofIfInfomsg

// modify returns the subcommand that sends a request of the type with flags.
func modify(typ, flags uint16) object.Main {
	return func(c *object.Context, args []string) error {
		r := rtnl.NewRequest(typ, flags)
		x := &change{c: c, r: r, create: flags&unix.NLM_F_CREATE != 0, header: r.Len()}
		r.Link(uint8(c.Opt.Family), 0, 0, 0, 0)
		defer x.close()
		if err := x.read(words.New(args)); err != nil {
			return err
		}
		return x.send()
	}
}

func (x *change) close() {
	for _, fd := range x.fds {
		unix.Close(fd)
	}
}

// read reads the command's words and, behind `type`, those of the kind.
func (x *change) read(cur *words.Cursor) error {
	if err := x.parse(cur); err != nil {
		return err
	}
	if x.typed {
		return x.readKind(cur)
	}
	if x.create {
		return object.Fail(object.StatusLocal, `Not enough information: "type" argument is required`)
	}
	return nil
}

// readKind appends IFLA_LINKINFO.
func (x *change) readKind(cur *words.Cursor) error {
	info := x.r.Nest(unix.IFLA_LINKINFO)
	x.r.Text(unix.IFLA_INFO_KIND, x.kind)
	kind := kindByName(x.kind)
	switch {
	case kind != nil && cur.More():
		typ := uint16(unix.IFLA_INFO_DATA)
		if isSlave(x.kind) {
			typ = unix.IFLA_INFO_SLAVE_DATA
		}
		data := x.r.Nest(typ)
		p := &kindParser{Cursor: cur, c: x.c, r: x.r, kind: kind, change: x}
		if err := p.parse(); err != nil {
			return kindError(err)
		}
		x.r.End(data)
	case cur.More():
		if cur.Prefix("help") {
			return words.Usage(usage)
		}
		return object.Fail(object.StatusLocal, garbage(cur.Word()))
	}
	x.r.End(info)
	return nil
}

// kindError gives a kind's mistake the status 1, whatever its own; only what
// ends the original on the spot keeps it.
func kindError(err error) error {
	var exit *applet.Exit
	if errors.As(err, &exit) && !exit.Abort {
		exit.Code = object.StatusLocal
	}
	return err
}

// isSlave tells whether a kind is that of a port: its first underscore begins
// the word _slave.
func isSlave(kind string) bool {
	i := strings.IndexByte(kind, '_')
	return i >= 0 && kind[i:] == "_slave"
}

func garbage(word string) string {
	return `Garbage instead of arguments "` + word + ` ...". Try "ip link help".`
}

// send sends the request. With -echo the kernel's first answer is shown: the
// other end of a pair that was made or deleted is in a second.
func (x *change) send() error {
	conn, err := x.c.Conn()
	if err != nil {
		return err
	}
	if !x.c.Opt.Echo {
		if err := conn.Do(x.r, nil); err != nil {
			return object.Kernel(err)
		}
		x.c.Links().Drop(x.index)
		return nil
	}
	answer, err := object.Echo(conn, x.r)
	if err != nil {
		return err
	}
	x.c.Links().Drop(x.index)
	echo(x.c, answer)
	return nil
}

// parse reads keywords up to `type KIND` or the end, and completes the request's
// header and names.
func (x *change) parse(cur *words.Cursor) error {
	table := keywords()
	for ; cur.More(); cur.Skip() {
		read, ok := applet.Find(table[:], cur.Word())
		if !ok {
			read = (*change).device
		}
		if err := read(x, cur); err != nil {
			return err
		}
		if x.typed {
			cur.Skip()
			break
		}
	}
	return x.complete(cur)
}

// complete checks what was read and fills in the header.
func (x *change) complete(cur *words.Cursor) error {
	switch {
	case x.name == "":
		x.name = x.dev
	case x.dev == "":
		x.dev = x.name
	}
	if err := x.checkAddrLen(); err != nil {
		return err
	}
	if x.index != 0 && !x.create && !x.moveNetns {
		return object.Abort(object.StatusUsage,
			"index can be used only when creating devices or when moving device to another netns.")
	}
	if x.seen["group"] && x.dev == "" {
		return x.completeGroup(cur)
	}
	if x.create {
		if err := x.completeNew(); err != nil {
			return err
		}
	} else if err := x.completeOld(); err != nil {
		return err
	}
	if x.name != "" {
		x.r.Str(unix.IFLA_IFNAME, x.name)
	}
	x.setHeader()
	return nil
}

// completeGroup ends the words that concern all links of a group.
func (x *change) completeGroup(cur *words.Cursor) error {
	if cur.More() {
		return object.Abort(object.StatusUsage, garbage(cur.Word()))
	}
	if x.create {
		return object.Abort(object.StatusUsage, "group cannot be used when creating devices.")
	}
	x.typed = false
	x.index = 0
	x.setHeader()
	return nil
}

func (x *change) completeNew() error {
	if x.name != x.dev {
		return object.Abort(object.StatusUsage,
			`both "name" and "dev" cannot be used when creating devices.`)
	}
	if x.linkGiven {
		index := x.c.Links().Index(x.link)
		if index == 0 {
			return object.NoDevice(x.link)
		}
		x.r.U32(unix.IFLA_LINK, uint32(index))
	}
	return nil
}

func (x *change) completeOld() error {
	if x.dev == "" {
		return object.Abort(object.StatusUsage, `Not enough information: "dev" argument is required.`)
	}
	index := x.c.Links().Index(x.dev)
	if index == 0 {
		return object.NoDevice(x.dev)
	}
	if x.name == x.dev {
		x.name = ""
	}
	if x.index != 0 {
		x.r.U32(newIfindex, uint32(x.index))
	}
	x.index = index
	return nil
}

// newIfindex is IFLA_NEW_IFINDEX (linux/if_link.h): the index that an interface
// wants in the namespace it moves to.
const newIfindex = unix.IFLA_NEW_IFINDEX

// setHeader writes index and flags into the struct ifinfomsg.
func (x *change) setHeader() {
	h := x.r.Bytes()[x.header:]
	native.PutUint32(h[4:], uint32(x.index))
	native.PutUint32(h[8:], x.flags)
	native.PutUint32(h[12:], x.mask)
}

// checkAddrLen refuses an address that is longer or shorter than the one that
// the interface has.
func (x *change) checkAddrLen() error {
	if x.dev == "" || x.addrLen == 0 || x.create {
		return nil
	}
	have, err := addrLen(x.c, x.dev)
	if err != nil {
		// The original says what the kernel says, and goes on.
		if text := err.Error(); text != "" {
			x.c.Warn(text)
		}
		return nil
	}
	if have >= 0 && have != x.addrLen {
		return object.Fail(object.StatusLocal, "Invalid address length "+itoa(x.addrLen)+
			" - must be "+itoa(have)+" bytes")
	}
	return nil
}

// addrLen asks for the length of an interface's address; -1 when there is no
// such interface or it has none.
func addrLen(c *object.Context, dev string) (int, error) {
	n := -1
	index := c.Links().Index(dev)
	if index == 0 {
		return n, nil
	}
	conn, err := c.Conn()
	if err != nil {
		return n, err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(uint8(c.Opt.Family), 0, index, 0, 0)
	err = conn.Get(r, func(m *rtnl.Msg) error {
		var tb [unix.IFLA_ADDRESS + 1][]byte
		at := rtnl.Attrs(tb[:])
		if len(m.Data) >= infoHeader {
			at.Parse(m.Data[infoHeader:])
		}
		if at.Has(unix.IFLA_ADDRESS) {
			n = len(at.Get(unix.IFLA_ADDRESS))
		}
		return nil
	})
	return n, err
}
