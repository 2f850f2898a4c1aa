package ping

import (
	"math"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/getopt"
	"github.com/nlbox/nlbox/internal/resolver"
)

const (
	// shortOptions is getopt's option string.
	shortOptions = "h?4bRT:6F:N:aABc:CdDe:fi:I:l:Lm:M:nOp:qQ:rs:S:t:UvVw:W:"

	defaultSize   = 56     // data bytes: 64 with the ICMP header
	defaultLinger = 10_000 // milliseconds
	maxPreload    = 1 << 16
	maxIdent      = 1<<16 - 1
	maxTOS        = 255
	userPreload   = 3 // what an ordinary user may ask for
	flowLabelMask = 1<<20 - 1
)

// Kinds of the IPv4 timestamp option (RFC 791).
const (
	tsOnly    = 0
	tsAndAddr = 1
	tsPrespec = 3
)

// options is a command line. The zero value is not useful: see newOptions.
type options struct {
	family resolver.Family // -4, -6

	audible, adaptive, broadcast, connect, debug, timestamps bool // -a -A -b -C -d -D
	flood, noLoop, numeric, outstanding, quiet, dontRoute    bool // -f -L -n -O -q -r
	recordRoute, userLatency, verbose, version               bool // -R -U -v -V
	strictSource                                             bool // -B, -I address

	count     int64 // -c, 0 for no end
	ident     int   // -e, in host byte order; -1 when not given
	interval  int32 // -i, milliseconds; may be negative
	intervalP bool  // -i was given
	linger    int32 // -W, milliseconds
	deadline  int32 // -w, seconds, 0 for none
	preload   int32 // -l
	size      int   // -s, data bytes behind the ICMP header
	sndbuf    int   // -S, 0 for the estimate
	ttl       int   // -t, -1 when not given
	tos       int   // -Q; also the traffic class of IPv6
	pmtudisc  int   // -M, IP_PMTUDISC_*; -1 when not given

	mark  uint32 // -m
	marks bool

	flowLabel uint32 // -F, host byte order
	flow      bool

	pattern  string // -p, hex digits as given
	patterns bool

	timestampOpt bool // -T
	tsKind       byte

	device  string // -I name; may be empty and still given
	devices bool
	source4 [4]byte  // -I, zero for any
	source6 [16]byte // -I, zero for any

	node nodeQuery // -N

	targets []string
}

func newOptions() *options {
	return &options{
		interval: 1000, preload: 1, linger: defaultLinger, size: defaultSize,
		ident: -1, ttl: -1, pmtudisc: -1, node: newNodeQuery(),
	}
}

// parser reads one command line. It opens nothing; only the subject of a node
// information query may need the resolver.
type parser struct {
	program string
	uid     int
	stdout  *applet.Output
	warn    func(text string)
	resolve *resolver.Resolver
	opt     *options
}

// parse returns the options, or the *applet.Exit that the command line ends in.
// posix is getopt.New's.
func (p *parser) parse(args []string, posix func() bool) (*options, error) {
	p.opt = newOptions()
	g := getopt.New(p.program, args, shortOptions, nil, posix)
	for {
		c := g.Next()
		if c == getopt.Done {
			break
		}
		if g.Message != "" {
			p.warn(g.Message + "\n")
		}
		if err := p.option(c, g.Arg); err != nil {
			return nil, err
		}
		if p.opt.version {
			return p.opt, nil
		}
	}
	p.opt.targets = g.Rest()
	if len(p.opt.targets) == 0 {
		return nil, p.fail(1, unix.EDESTADDRREQ, "usage error")
	}
	return p.opt, nil
}

// fail is error(3): stdout first, then "program: text", with the words of errno
// if it is not 0.
func (p *parser) fail(code int, errno unix.Errno, text string) error {
	p.stdout.Flush()
	return &applet.Exit{Code: code, Text: errorText(p.program, errno, text)}
}

// option takes one option.
func (p *parser) option(c int, arg string) error {
	if p.flag(c) {
		return nil
	}
	switch c {
	case '4':
		return p.setFamily(resolver.IPv4)
	case '6':
		return p.setFamily(resolver.IPv6)
	case 'R', 'T':
		return p.ipOption(c, arg)
	case 'N':
		return p.nodeInfo(arg)
	case 'F':
		return p.flowLabel(arg)
	case 'Q':
		return p.trafficClass(arg)
	case 'I':
		return p.source(arg)
	case 'M':
		return p.mtuDiscovery(arg)
	case 'i', 'W':
		return p.seconds(c, arg)
	case 'c', 'e', 'l', 'm', 's', 'S', 't', 'w':
		return p.number(c, arg)
	case 'p':
		p.opt.pattern, p.opt.patterns = arg, true
		return nil
	}
	return applet.Fail(2, usageText)
}

// flag takes an option without an argument that only switches something on.
func (p *parser) flag(c int) bool {
	o := p.opt
	switch c {
	case 'a':
		o.audible = true
	case 'A':
		o.adaptive = true
	case 'b':
		o.broadcast = true
	case 'B':
		o.strictSource = true
	case 'C':
		o.connect = true
	case 'd':
		o.debug = true
	case 'D':
		o.timestamps = true
	case 'f':
		// No look-ups while flooding.
		o.flood, o.numeric = true, true
	case 'L':
		o.noLoop = true
	case 'n':
		o.numeric = true
	case 'O':
		o.outstanding = true
	case 'q':
		o.quiet = true
	case 'r':
		o.dontRoute = true
	case 'U':
		o.userLatency = true
	case 'v':
		o.verbose = true
	case 'V':
		o.version = true
	default:
		return false
	}
	return true
}

func (p *parser) setFamily(f resolver.Family) error {
	if p.opt.family != resolver.Any && p.opt.family != f {
		return p.fail(2, 0, "only one -4 or -6 option may be specified")
	}
	p.opt.family = f
	return nil
}

// ipOption takes -R and -T: the header has room for one of them.
func (p *parser) ipOption(c int, arg string) error {
	o := p.opt
	if c == 'R' && o.timestampOpt || c == 'T' && o.recordRoute {
		return p.fail(2, 0, "only one of -T or -R may be used")
	}
	if c == 'R' {
		o.recordRoute = true
		return nil
	}
	o.timestampOpt = true
	switch arg {
	case "tsonly":
		o.tsKind = tsOnly
	case "tsandaddr":
		o.tsKind = tsAndAddr
	case "tsprespec":
		o.tsKind = tsPrespec
	default:
		return p.fail(2, 0, "invalid timestamp type: "+arg)
	}
	return nil
}

// source takes -I: an IPv6 address with an optional interface, an IPv4 address
// or an interface.
func (p *parser) source(arg string) error {
	o := p.opt
	if !strings.Contains(arg, ":") {
		if a, ok := format.ParsePton4(arg); ok {
			o.source4, o.strictSource = a, true
		} else {
			o.device, o.devices = arg, true
		}
		return nil
	}
	text, device, scoped := strings.Cut(arg, "%")
	if scoped {
		o.device, o.devices = device, true
	}
	a, ok := format.ParseIPv6(text)
	if !ok {
		return p.fail(2, 0, "invalid source address: "+arg)
	}
	o.source6, o.strictSource = a, true
	return nil
}

func (p *parser) mtuDiscovery(arg string) error {
	switch arg {
	case "do":
		p.opt.pmtudisc = unix.IP_PMTUDISC_DO
	case "dont":
		p.opt.pmtudisc = unix.IP_PMTUDISC_DONT
	case "want":
		p.opt.pmtudisc = unix.IP_PMTUDISC_WANT
	default:
		return p.fail(2, 0, "invalid -M argument: "+arg)
	}
	return nil
}

// number takes the options with an integer and its range.
func (p *parser) number(c int, arg string) (err error) {
	o := p.opt
	var v int64
	switch c {
	case 'c':
		o.count, err = p.signed(arg, 1, math.MaxInt64)
	case 'e':
		var u uint64
		u, err = p.unsigned(arg, maxIdent)
		o.ident = int(u)
	case 'l':
		if v, err = p.signed(arg, 1, maxPreload); err == nil && p.uid != 0 && v > userPreload {
			return p.fail(2, 0, "cannot set preload to value greater than 3: "+itoa(v))
		}
		o.preload = int32(v)
	case 'm':
		var u uint64
		u, err = p.unsigned(arg, math.MaxUint32)
		o.mark, o.marks = uint32(u), true
	case 's':
		v, err = p.signed(arg, 0, math.MaxInt32)
		o.size = int(v)
	case 'S':
		v, err = p.signed(arg, 1, math.MaxInt32)
		o.sndbuf = int(v)
	case 't':
		v, err = p.signed(arg, 0, 255)
		o.ttl = int(v)
	case 'w':
		v, err = p.signed(arg, 0, math.MaxInt32)
		o.deadline = int32(v)
	}
	return err
}
