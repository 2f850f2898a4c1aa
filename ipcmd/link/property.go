package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// property is ip link property: alternative names.
func property(c *object.Context, args []string) error {
	cur := words.New(args)
	var r *rtnl.Request
	switch {
	case !cur.More(), cur.Prefix("help"):
		return words.Usage(usage)
	case cur.Prefix("add"):
		r = rtnl.NewRequest(unix.RTM_NEWLINKPROP, unix.NLM_F_EXCL|unix.NLM_F_CREATE|unix.NLM_F_APPEND)
	case cur.Prefix("del"):
		r = rtnl.NewRequest(unix.RTM_DELLINKPROP, 0)
	default:
		return object.Abort(object.StatusUsage, "Operator required")
	}
	cur.Skip()
	return changeProperty(c, cur, r)
}

func changeProperty(c *object.Context, cur *words.Cursor, r *rtnl.Request) error {
	r.Link(uint8(c.Opt.Family), 0, 0, 0, 0)
	list := r.Nest(unix.IFLA_PROP_LIST | unix.NLA_F_NESTED)
	dev, err := propertyWords(cur, r)
	if err != nil {
		return err
	}
	r.End(list)
	if dev == "" {
		return object.Abort(object.StatusUsage, `Not enough of information: "dev" argument is required.`)
	}
	index := c.Links().Index(dev)
	if index == 0 {
		return object.NoDevice(dev)
	}
	native.PutUint32(r.Payload()[4:], uint32(index))
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	return object.Kernel(conn.Do(r, nil))
}

// propertyWords reads [dev] DEV and any number of altname NAME.
func propertyWords(cur *words.Cursor, r *rtnl.Request) (dev string, err error) {
	for ; cur.More(); cur.Skip() {
		switch {
		case cur.Prefix("altname"):
			v, err := cur.Value()
			if err != nil {
				return "", err
			}
			if !format.ValidAltIfname(v) {
				return "", words.Invalid("not a valid altname", v)
			}
			r.Str(unix.IFLA_ALT_IFNAME, v)
			continue
		case cur.Prefix("help"):
			return "", words.Usage(usage)
		case cur.Is("dev"):
			if _, err := cur.Value(); err != nil {
				return "", err
			}
		}
		v := cur.Word()
		if dev != "" {
			return "", words.Garbage("dev", v)
		}
		if !format.ValidAltIfname(v) {
			return "", words.Invalid(`"dev" not a valid ifname`, v)
		}
		dev = v
	}
	return dev, nil
}
