package stats

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// counters are n numbers from 0 on.
func counters(n int) (b []byte) {
	for i := range n {
		b = native.AppendUint64(b, uint64(i))
	}
	return b
}

// nest puts attributes into nested ones.
func nest(r *rtnl.Request, attrs func(), types ...uint16) {
	var marks []int
	for _, t := range types {
		marks = append(marks, r.Nest(t))
	}
	attrs()
	for i := range marks {
		r.End(marks[len(marks)-1-i])
	}
}

// stream are the statistics of a device that has all kinds.
func stream() []byte {
	return objecttest.Message(unix.RTM_NEWSTATS, header(9, 0), func(r *rtnl.Request) {
		r.Attr(attrLink64, counters(24))
		nest(r, func() {
			r.Attr(bridgeMulticast, counters(30))
			r.Attr(bridgeSTP, counters(6))
		}, attrXstats, xstatsBridge)
		nest(r, func() { r.U64(0, 11); r.U64(6, 17) }, attrSlave, xstatsBond, bondLACP)
		nest(r, func() {
			nest(r, func() { r.U8(infoRequest, 1); r.U8(infoUsed, 0) }, offloadInfo, offloadL3)
			r.Attr(offloadL3, counters(9))
		}, attrOffload)
		nest(r, func() { r.Attr(mplsLink, counters(9)) }, attrFamilies, unix.AF_MPLS)
	})
}

// The texts are those of the original for messages like this.
func TestShow(t *testing.T) {
	const blanks = "                    "
	for _, c := range []struct{ words, want string }{
		{"link", "9: if9: group link\n" +
			"    RX:  bytes packets errors dropped  missed   mcast compressed\n" +
			"             2       0      4       6      15       8         21 \n" +
			"    TX:  bytes packets errors dropped carrier collsns compressed\n" +
			"             3       1      5       7      17       9         22 \n\n"},
		{"xstats subgroup bridge suite stp", "9: if9: group xstats subgroup bridge suite stp\n" +
			blanks + "STP BPDU:  RX: 2 TX: 3\n" + blanks + "STP TCN:   RX: 4 TX: 5\n" +
			blanks + "STP Transitions: Blocked: 0 Forwarding: 1\n\n\n"},
		{"xstats_slave subgroup bond", "9: if9: group xstats_slave subgroup bond suite 802.3ad\n" +
			blanks + "LACPDU Rx 11\n" + blanks + "Marker response Rx 17\n\n\n"},
		{"offload subgroup hw_stats_info", "9: if9: group offload subgroup hw_stats_info\n    l3_stats on used off\n\n"},
		{"offload subgroup l3_stats", "9: if9: group offload subgroup l3_stats on used off\n" +
			"    RX: bytes packets errors dropped   mcast\n            2       0      4       6       8 \n" +
			"    TX: bytes packets errors dropped\n            3       1      5       7 \n\n"},
		{"offload subgroup cpu_hit", "9: if9: group offload subgroup cpu_hit\n\n\n"},
		{"afstats", "9: if9: group afstats subgroup mpls\n" +
			"    RX: bytes packets errors dropped noroute\n            2       0      4       6       8 \n" +
			"    TX: bytes packets errors dropped\n            3       1      5       7 \n\n"},
	} {
		r := objecttest.New(stream())
		status, said := r.Main(Main, "show group "+c.words)
		if r.Output() != c.want || status != 0 {
			t.Errorf("%s: %d %q\ngot  %q\nwant %q", c.words, status, said, r.Output(), c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	for words, want := range map[string]string{
		"offload subgroup l3_stats": `[{"ifindex":9,"ifname":"if9","group":"offload","subgroup":"l3_stats","info":{"request":true,"used":false},` +
			`"stats64":{"rx":{"bytes":2,"packets":0,"errors":4,"dropped":6,"multicast":8},"tx":{"bytes":3,"packets":1,"errors":5,"dropped":7}}}]` + "\n",
		"xstats subgroup bridge suite stp": `[{"ifindex":9,"ifname":"if9","group":"xstats","subgroup":"bridge","suite":"stp",` +
			`"stp":{"rx_bpdu":2,"tx_bpdu":3,"rx_tcn":4,"tx_tcn":5,"transition_blk":0,"transition_fwd":1}}]` + "\n",
	} {
		r := objecttest.New(stream())
		r.Opt.JSON = true
		if r.Main(Main, "show group "+words); r.Output() != want {
			t.Errorf("%s:\ngot  %s\nwant %s", words, r.Output(), want)
		}
	}
}

func TestSelect(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string // last names of the paths
	}{
		{"", []string{"mpls", "link", "l3_stats", "hw_stats_info", "cpu_hit", "802.3ad", "802.3ad", "mcast", "stp", "mcast", "stp"}},
		{"group link", []string{"link"}},
		{"group link group afstats", []string{"mpls", "link"}},
		{"group xstats subgroup bridge suite stp suite mcast", []string{"mcast", "stp"}},
		{"group xstats subgroup bond subgroup bridge suite stp", []string{"802.3ad", "stp"}},
		{"group offload subgroup cpu_hit dev v0", []string{"cpu_hit"}},
	} {
		w, err := parseShow(strings.Fields(c.line))
		var got []string
		for i := range w.leaves {
			path := w.leaves[i].path
			got = append(got, path[len(path)-1])
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: %v %v, want %v", c.line, got, err, c.want)
		}
	}
}

func TestRequest(t *testing.T) {
	w, _ := parseShow(strings.Fields("group offload subgroup hw_stats_info group link"))
	got := request(9, w.leaves).Payload()
	want := append(header(9, bit(attrOffload)|bit(attrLink64)), 12, 0, getFilters, 0x80, 8, 0, attrOffload, 0, 2, 0, 0, 0)
	if native.Uint16([]byte{1, 0}) == 1 && !slices.Equal(got, want) {
		t.Errorf("got % x, want % x", got, want)
	}
	r := objecttest.New(nil)
	status, said := r.Main(Main, "set dev if9 l3_stats on")
	want = append(header(9, 0), 5, 0, setL3Stats, 0, 1, 0, 0, 0)
	if native.Uint16([]byte{1, 0}) == 1 && !slices.Equal(r.Sent(0), want) || status != 0 {
		t.Errorf("set: %d %q, sent % x, want % x", status, said, r.Sent(0), want)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		line   string
		status int
		want   string
	}{
		{"show group nosuch", 22, "Error: no group named nosuch found inside top-level\n"},
		{"show group link subgroup foo", 22, "Error: subgroup foo requested inside leaf group link\n"},
		{"show group xstats subgroup foo", 22, "Error: no subgroup named foo found inside xstats\n"},
		{"show group xstats suite foo", 22, "Error: suite foo requested without selecting a subgroup first\n"},
		{"show suite foo", 22, "Error: suite foo requested without selecting a group first\n"},
		{"show group", 255, "Command line is not complete. Try option \"help\"\n"},
		{"show dev nosuch", 1, "Cannot find device \"nosuch\"\n"},
		{"show dev v0 dev v1", 255, "Error: either \"dev\" is duplicate, or \"v1\" is a garbage.\n"},
		{"show foo", 22, "What is \"foo\"?\n" + usage},
		{"show help", 0, usage},
		{"help", 0, usage},
		{"set", 255, "Not enough information: \"dev\" argument is required.\n"},
		{"set dev v0", 255, "Not enough information: stat type to toggle is required.\n"},
		{"set l3_stats on l3_stats on", 22, "A statistics suite to toggle was already given.\n"},
		{"set l3_stats x", 22, "Error: argument of \"l3_stats\" must be one of \"off\", \"on\", not \"x\"\n"},
		{"h", 1, "Command \"h\" is unknown, try \"ip stats help\".\n"},
	} {
		r := objecttest.New(nil)
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(stream()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, json := range []bool{false, true} {
			r := objecttest.Discard(objecttest.Message(unix.RTM_NEWSTATS, b, nil))
			r.Opt.JSON = json
			r.Main(object.Main(Main), "show")
		}
	})
}
