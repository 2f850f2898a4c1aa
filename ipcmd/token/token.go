// Package token is `ip token`: the lower halves of the addresses that IPv6
// autoconfiguration gives a device (ip-token(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package token

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip token.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "token", []object.Command{
		{Name: "list", Value: list},
		{Name: "lst", Value: list},
		{Name: "show", Value: list},
		{Name: "set", Value: set},
		{Name: "add", Value: set},
		{Name: "delete", Value: remove},
		{Name: "get", Value: list},
		{Name: "help", Value: help},
	}, list, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip token [ list | set | del | get ] [ TOKEN ] [ dev DEV ]
`

// native is the byte order of rtnetlink.
var native byteorder.Native

// tokenSize is the size of a token: that of an IPv6 address.
const tokenSize = 16

// parseDev reads the words of list: the index of a device, 0 for all. Nothing
// behind it is looked at.
func parseDev(c *object.Context, args []string) (int32, error) {
	for cur := words.New(args); cur.More(); cur.Skip() {
		if cur.Is("dev") {
			word, err := cur.Value()
			if err != nil {
				return 0, err
			}
			return device(c, word)
		}
	}
	return 0, nil
}

func device(c *object.Context, word string) (int32, error) {
	index := c.Links().Index(word)
	if index == 0 {
		return 0, words.Invalid("dev is invalid\n", word)
	}
	return index, nil
}

// Why a dump ends early.
var (
	errNoTokens = errors.New("Seems there's no support for IPv6 token!")
	errStrange  = errors.New("")
)

func list(c *object.Context, args []string) error {
	index, err := parseDev(c, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	req := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	req.Link(unix.AF_INET6, 0, 0, 0, 0)
	p := c.Printer()
	p.Open()
	err = conn.Dump(req, func(m *rtnl.Msg) error {
		r, ok, err := decode(m)
		if ok && (index <= 0 || index == r.index) {
			if r.token == nil {
				return err
			}
			print(p, c.Links().Name(r.index), c.AppendHost, r)
		}
		return nil
	})
	p.Close()
	return failed(err)
}

// failed words a dump that failed or was given up.
func failed(err error) error {
	if err == errNoTokens || err == errStrange {
		text := "Dump terminated"
		if err != errStrange {
			text = err.Error() + "\n" + text
		}
		return object.Fail(object.StatusLocal, text)
	}
	err = object.KernelStatus(err, object.StatusLocal)
	var e *applet.Exit
	if errors.As(err, &e) && e.Err != nil {
		return &applet.Exit{Code: object.StatusLocal, Text: e.Text + "\nDump terminated", Err: e.Err}
	}
	return err
}

// record is the token of a device.
type record struct {
	index int32
	token []byte
}

// decode reads the message about a link; ok is false of one that has no token:
// of another family, a loopback device or one without neighbours. err says what
// is wrong with one that should have.
func decode(m *rtnl.Msg) (r record, ok bool, err error) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return r, false, nil
	}
	r.index = int32(native.Uint32(m.Data[4:]))
	flags := native.Uint32(m.Data[8:])
	if m.Data[0] != unix.AF_INET6 || r.index == 0 || flags&(unix.IFF_LOOPBACK|unix.IFF_NOARP) != 0 {
		return r, false, nil
	}
	var tb [unix.IFLA_PROTINFO + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	var sub [unix.IFLA_INET6_TOKEN + 1][]byte
	if !at.Nested(unix.IFLA_PROTINFO, rtnl.Attrs(sub[:])) {
		return r, true, errStrange
	}
	if r.token = sub[unix.IFLA_INET6_TOKEN]; r.token == nil {
		return r, true, errNoTokens
	}
	return r, true, nil
}

// print prints one token; host appends an address, or the name of its host.
func print(p *printer.Printer, dev string, host func([]byte, int, []byte) []byte, r record) {
	var b [64]byte
	p.OpenObject("")
	p.Text("token ")
	p.Bytes(printer.Inet6, "token", "%s", host(b[:0], unix.AF_INET6, r.token))
	p.Text(" dev ")
	p.ColorString(printer.Ifname, "ifname", "%s\n", dev)
	p.CloseObject()
	p.EndRecord()
}

func set(c *object.Context, args []string) error { return change(c, args, false) }

// remove sets the token of zeros, which is none.
func remove(c *object.Context, args []string) error { return change(c, args, true) }

func change(c *object.Context, args []string, none bool) error {
	index, token, err := parseChange(c, args, none)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	return object.Kernel(conn.Do(request(index, token), nil))
}

// parseChange reads the words of set, or of delete (none), which has no use for
// the token. Of two tokens or devices the first counts.
func parseChange(c *object.Context, args []string, none bool) (index int32, token []byte, err error) {
	haveToken, haveDev := none, false
	token = make([]byte, tokenSize)
	for cur := words.New(args); cur.More(); cur.Skip() {
		switch {
		case cur.Is("dev"):
			word, err := cur.Value()
			if err != nil {
				return 0, nil, err
			}
			if haveDev {
				continue
			}
			if index, err = device(c, word); err != nil {
				return 0, nil, err
			}
			haveDev = true
		case cur.Prefix("help"):
			return 0, nil, words.Usage(usage)
		case !haveToken:
			prefix, err := c.Prefix(cur.Word(), unix.AF_INET6)
			if err != nil {
				return 0, nil, err
			}
			token, haveToken = prefix.Addr, true
		}
	}
	if !haveToken {
		return 0, nil, object.Fail(object.StatusLocal, "Not enough information: token is required.")
	}
	if !haveDev {
		return 0, nil, object.Fail(object.StatusLocal, `Not enough information: "dev" argument is required.`)
	}
	return index, token, nil
}

// request is the message to the kernel.
func request(index int32, token []byte) *rtnl.Request {
	req := rtnl.NewRequest(unix.RTM_SETLINK, 0)
	req.Link(unix.AF_INET6, 0, index, 0, 0)
	families := req.Nest(unix.IFLA_AF_SPEC)
	inet6 := req.Nest(unix.AF_INET6)
	req.Attr(unix.IFLA_INET6_TOKEN, token)
	req.End(inet6)
	req.End(families)
	return req
}
