// Package stats is `ip stats`: the statistics of links beyond those of `ip -s
// link`, of bridges, bonds, hardware and MPLS (ip-stats(8)).
//
// It may import ipcmd/link, ipcmd/object and internal/….
package stats

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

// statusInvalid is the status for words that are wrong: EINVAL.
const statusInvalid = int(unix.EINVAL)

// Main is ip stats. Its commands are not to be abbreviated.
func Main(c *object.Context, args []string) error {
	if len(args) == 0 {
		return show(c, nil)
	}
	switch args[0] {
	case "help":
		return help(c)
	case "show":
		// The word counts as a -s, and -d as another.
		defer func(stats int) { c.Opt.Stats = stats }(c.Opt.Stats)
		c.Opt.Stats += c.Opt.Details + 1
		return show(c, args[1:])
	case "set":
		return set(c, args[1:])
	}
	return object.Fail(object.StatusLocal, `Command "`+args[0]+`" is unknown, try "ip stats help".`)
}

// help is a good end, unlike that of other objects.
func help(c *object.Context) error {
	c.Env.Warn(usage)
	return nil
}

const usage = `Usage: ip stats help
       ip stats show [ dev DEV ] [ group GROUP [ subgroup SUBGROUP [ suite SUITE ] ... ] ... ] ...
       ip stats set dev DEV l3_stats { on | off }
GROUP := { link | xstats | xstats_slave | offload | afstats }
xstats SUBGROUP := { bridge [ suite stp ] [ suite mcast ] | bond [ suite 802.3ad ] }
xstats_slave SUBGROUP := { bridge [ suite stp ] [ suite mcast ] | bond [ suite 802.3ad ] }
offload SUBGROUP := { cpu_hit | hw_stats_info | l3_stats }
afstats SUBGROUP := { mpls }
`

// unknownWord refuses a word that is no keyword.
func unknownWord(word string) error {
	return object.Fail(statusInvalid, `What is "`+word+"\"?\n"+usage[:len(usage)-1])
}

// deviceName reads the value of dev.
func deviceName(cur *words.Cursor, before string) (string, error) {
	word, err := cur.Value()
	switch {
	case err != nil:
		return "", err
	case before != "":
		return "", words.Garbage("dev", word)
	case !format.ValidIfname(word):
		return "", words.Invalid(`"dev" not a valid ifname`, word)
	}
	return word, nil
}

// change is what set is asked for.
type change struct {
	dev    string
	given  bool
	enable bool
	help   bool
}

func parseSet(args []string) (ch change, err error) {
	for cur := words.New(args); cur.More(); cur.Skip() {
		switch cur.Word() {
		case "dev":
			ch.dev, err = deviceName(cur, ch.dev)
		case "l3_stats":
			err = ch.setL3(cur)
		case "help":
			ch.help = true
			return ch, nil
		default:
			err = unknownWord(cur.Word())
		}
		if err != nil {
			return ch, err
		}
	}
	if ch.dev == "" {
		return ch, object.Abort(object.StatusUsage, `Not enough information: "dev" argument is required.`)
	}
	if !ch.given {
		return ch, object.Abort(object.StatusUsage, "Not enough information: stat type to toggle is required.")
	}
	return ch, nil
}

func (ch *change) setL3(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	if ch.given {
		return object.Fail(statusInvalid, "A statistics suite to toggle was already given.")
	}
	on, ok := applet.Find([]applet.Row[bool]{{Name: "off", Value: false}, {Name: "on", Value: true}}, word)
	if !ok {
		return object.Fail(statusInvalid,
			`Error: argument of "l3_stats" must be one of "off", "on", not "`+word+`"`)
	}
	ch.given, ch.enable = true, on
	return nil
}

// set turns the statistics of hardware on or off.
func set(c *object.Context, args []string) error {
	ch, err := parseSet(args)
	if err != nil {
		return err
	}
	if ch.help {
		return help(c)
	}
	index := c.Links().Index(ch.dev)
	if index == 0 {
		return object.NoDevice(ch.dev)
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	req := rtnl.NewRequest(setStats, 0)
	req.Body(header(index, 0))
	on := uint8(0)
	if ch.enable {
		on = 1
	}
	req.U8(setL3Stats, on)
	return object.Kernel(conn.Do(req, nil))
}
