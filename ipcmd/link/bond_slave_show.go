package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var (
	bondSlaveStates    = [...]string{"ACTIVE", "BACKUP"}
	bondSlaveMIIStates = [...]string{"UP", "GOING_DOWN", "DOWN", "GOING_BACK"}

	// lacpStates are the bits of the state of a port (IEEE 802.3ad).
	lacpStates = [...]bitName{
		{1 << 0, "active"}, {1 << 1, "short_timeout"}, {1 << 2, "aggregating"},
		{1 << 3, "in_sync"}, {1 << 4, "collecting"}, {1 << 5, "distributing"},
		{1 << 6, "defaulted"}, {1 << 7, "expired"},
	}

	bondSlaveFields = [...]field{
		{unix.IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, asS32, "link_failure_count", "link_failure_count %d "},
		{unix.IFLA_BOND_SLAVE_PERM_HWADDR, asLLAddr, "perm_hwaddr", "perm_hwaddr %s "},
		{unix.IFLA_BOND_SLAVE_QUEUE_ID, asU16, "queue_id", "queue_id %d "},
		{unix.IFLA_BOND_SLAVE_PRIO, asS32, "prio", "prio %d "},
		{unix.IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, asU16, "ad_aggregator_id", "ad_aggregator_id %d "},
	}
)

// showBondSlave prints a port of a bond.
func showBondSlave(v *View, p *printer.Printer, at rtnl.Attrs) {
	bondSlaveState(p, at, unix.IFLA_BOND_SLAVE_STATE, bondSlaveStates[:],
		"state", "state %s ", "state_index", "state %d ")
	bondSlaveState(p, at, unix.IFLA_BOND_SLAVE_MII_STATUS, bondSlaveMIIStates[:],
		"mii_status", "mii_status %s ", "mii_status_index", "mii_status %d ")
	v.fields(p, at, bondSlaveFields[:])
	lacpState(p, at, unix.IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE,
		"ad_actor_oper_port_state", "ad_actor_oper_port_state %d ", "ad_actor_oper_port_state_str")
	lacpState(p, at, unix.IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE,
		"ad_partner_oper_port_state", "ad_partner_oper_port_state %d ", "ad_partner_oper_port_state_str")
}

// bondSlaveState prints a state by its name, or under another key by its number.
func bondSlaveState(p *printer.Printer, at rtnl.Attrs, attr int, list []string, key, text, numberKey, numberText string) {
	n, ok := at.U8(attr)
	switch {
	case !ok:
	case int(n) < len(list):
		p.String(key, text, list[n])
	default:
		p.Int(numberKey, numberText, int64(n))
	}
}

// lacpState prints the state of a port as a number and as words. iproute2 puts
// the key of the words into text, too.
func lacpState(p *printer.Printer, at rtnl.Attrs, attr int, key, text, wordsKey string) {
	state, ok := at.U8(attr)
	if !ok {
		return
	}
	p.Int(key, text, int64(state))
	p.OpenArray(wordsKey, wordsKey)
	p.Text(" <")
	bitNames(p, uint32(state), lacpStates[:])
	p.CloseArray("> ")
}
