package ipcmd

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/ipcmd/address"
	"github.com/nlbox/nlbox/ipcmd/addrlabel"
	"github.com/nlbox/nlbox/ipcmd/fou"
	"github.com/nlbox/nlbox/ipcmd/ila"
	"github.com/nlbox/nlbox/ipcmd/ioam"
	"github.com/nlbox/nlbox/ipcmd/l2tp"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/macsec"
	"github.com/nlbox/nlbox/ipcmd/maddress"
	"github.com/nlbox/nlbox/ipcmd/monitor"
	"github.com/nlbox/nlbox/ipcmd/mptcp"
	"github.com/nlbox/nlbox/ipcmd/mroute"
	"github.com/nlbox/nlbox/ipcmd/neigh"
	"github.com/nlbox/nlbox/ipcmd/netconf"
	"github.com/nlbox/nlbox/ipcmd/netns"
	"github.com/nlbox/nlbox/ipcmd/nexthop"
	"github.com/nlbox/nlbox/ipcmd/ntable"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/route"
	"github.com/nlbox/nlbox/ipcmd/rule"
	"github.com/nlbox/nlbox/ipcmd/sr"
	"github.com/nlbox/nlbox/ipcmd/stats"
	"github.com/nlbox/nlbox/ipcmd/tcpmetrics"
	"github.com/nlbox/nlbox/ipcmd/token"
	"github.com/nlbox/nlbox/ipcmd/tunnel"
	"github.com/nlbox/nlbox/ipcmd/tuntap"
	"github.com/nlbox/nlbox/ipcmd/vrf"
	"github.com/nlbox/nlbox/ipcmd/xfrm"
)

// objectRow is one object of ip.
type objectRow = applet.Row[object.Main]

// objects is the table of objects in the order in which ip tests them: it
// decides what an abbreviation means.
// It is an array, which the caller has on its stack.
func objects() [34]objectRow {
	return [...]objectRow{
		{Name: "address", Value: address.Main},
		{Name: "addrlabel", Value: addrlabel.Main},
		{Name: "maddress", Value: maddress.Main},
		{Name: "route", Value: route.Main},
		{Name: "rule", Value: rule.Main},
		{Name: "neighbor", Value: neigh.Main},
		{Name: "neighbour", Value: neigh.Main},
		{Name: "ntable", Value: ntable.Main},
		{Name: "ntbl", Value: ntable.Main},
		{Name: "link", Value: link.Main},
		{Name: "l2tp", Value: l2tp.Main},
		{Name: "fou", Value: fou.Main},
		{Name: "ila", Value: ila.Main},
		{Name: "macsec", Value: macsec.Main},
		{Name: "tunnel", Value: tunnel.Main},
		{Name: "tunl", Value: tunnel.Main},
		{Name: "tuntap", Value: tuntap.Main},
		{Name: "tap", Value: tuntap.Main},
		{Name: "token", Value: token.Main},
		{Name: "tcpmetrics", Value: tcpmetrics.Main},
		{Name: "tcp_metrics", Value: tcpmetrics.Main},
		{Name: "monitor", Value: monitor.Main},
		{Name: "xfrm", Value: xfrm.Main},
		{Name: "mroute", Value: mroute.Main},
		{Name: "mrule", Value: rule.MulticastMain},
		{Name: "netns", Value: netns.Main},
		{Name: "netconf", Value: netconf.Main},
		{Name: "vrf", Value: vrf.Main},
		{Name: "sr", Value: sr.Main},
		{Name: "nexthop", Value: nexthop.Main},
		{Name: "mptcp", Value: mptcp.Main},
		{Name: "ioam", Value: ioam.Main},
		{Name: "help", Value: help},
		{Name: "stats", Value: stats.Main},
	}
}
