package stats

import (
	"github.com/nlbox/nlbox/ipcmd/object"
)

// numLevels is how deep the tree of statistics is.
const numLevels = 3

// levels are the names of its levels.
var levels = [numLevels]string{"group", "subgroup", "suite"}

// leaf is a kind of statistics: its path in the tree, where it lies in a message
// and how it is printed.
type leaf struct {
	path  []string
	group int // of the attributes of a message
	// filter has the bits of the attributes within group that are asked for;
	// 0 is all.
	filter uint32
	print  func(*printing)
}

// leaves are all kinds, in the order in which they are printed.
func leaves() []leaf {
	path := func(names ...string) []string { return names }
	return []leaf{
		{path("afstats", "mpls"), attrFamilies, 0, printMPLS},
		{path("link"), attrLink64, 0, printLink},
		{path("offload", "l3_stats"), attrOffload, bit(offloadInfo) | bit(offloadL3), printL3},
		{path("offload", "hw_stats_info"), attrOffload, bit(offloadInfo), printInfo},
		{path("offload", "cpu_hit"), attrOffload, bit(offloadCPUHit), printCPUHit},
		{path("xstats_slave", "bond", "802.3ad"), attrSlave, 0, printBond(attrSlave)},
		{path("xstats", "bond", "802.3ad"), attrXstats, 0, printBond(attrXstats)},
		{path("xstats_slave", "bridge", "mcast"), attrSlave, 0, printBridge(attrSlave, bridgeMulticast)},
		{path("xstats_slave", "bridge", "stp"), attrSlave, 0, printBridge(attrSlave, bridgeSTP)},
		{path("xstats", "bridge", "mcast"), attrXstats, 0, printBridge(attrXstats, bridgeMulticast)},
		{path("xstats", "bridge", "stp"), attrXstats, 0, printBridge(attrXstats, bridgeSTP)},
	}
}

// bit is the bit that stands for an attribute in a filter.
func bit(attr int) uint32 { return 1 << (attr - 1) }

// selection gathers what is asked for.
type selection struct {
	all     []leaf
	enabled []bool
	// current is the path under construction: so many names are given.
	current []string
}

func newSelection() *selection {
	all := leaves()
	return &selection{all: all, enabled: make([]bool, len(all))}
}

// choose takes the name of a level. What was chosen before on this level or
// below it is enabled then.
func (s *selection) choose(level int, name string) error {
	if level > len(s.current) {
		return object.Fail(statusInvalid, "Error: "+levels[level]+" "+name+
			" requested without selecting a "+levels[len(s.current)]+" first")
	}
	if len(s.current) > level {
		if err := s.enable(); err != nil {
			return err
		}
	}
	s.current = append(s.current[:level:level], name)
	return nil
}

// enable enables what the current path leads to; an empty path leads to all.
func (s *selection) enable() error {
	for i := range s.current {
		if err := s.check(i); err != nil {
			return err
		}
	}
	for i := range s.all {
		if hasPrefix(s.all[i].path, s.current) {
			s.enabled[i] = true
		}
	}
	return nil
}

// check tells what is wrong with the name at a level, if those above it are
// right.
func (s *selection) check(level int) error {
	parent := "top-level"
	if level > 0 {
		parent = s.current[level-1]
	}
	inside := false
	for i := range s.all {
		path := s.all[i].path
		if !hasPrefix(path, s.current[:level]) {
			continue
		}
		if len(path) == level {
			return object.Fail(statusInvalid, "Error: "+levels[level]+" "+s.current[level]+
				" requested inside leaf "+levels[level-1]+" "+parent)
		}
		inside = inside || path[level] == s.current[level]
	}
	if !inside {
		return object.Fail(statusInvalid, "Error: no "+levels[level]+" named "+s.current[level]+
			" found inside "+parent)
	}
	return nil
}

func hasPrefix(path, prefix []string) bool {
	if len(path) < len(prefix) {
		return false
	}
	for i := range prefix {
		if path[i] != prefix[i] {
			return false
		}
	}
	return true
}

// chosen are the enabled kinds.
func (s *selection) chosen() []leaf {
	var list []leaf
	for i := range s.all {
		if s.enabled[i] {
			list = append(list, s.all[i])
		}
	}
	return list
}
