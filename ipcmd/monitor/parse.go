package monitor

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// topics are kinds of changes.
type topics uint16

const (
	topicLink topics = 1 << iota
	topicAddress
	topicRoute
	topicMroute
	topicPrefix
	topicNeigh
	topicNetconf
	topicStats
	topicRule
	topicNSID
	topicNexthop

	allTopics = 1<<iota - 1
)

// wish is what a monitor is to show.
type wish struct {
	// topics are what to listen to; asked are those that were asked for by
	// their words.
	topics, asked topics
	// label puts the topic in front of each record.
	label bool
	// allNSID listens to the namespaces that have an id here.
	allNSID bool
	file    string
	byFile  bool
	// index hides changes of other devices, 0 none.
	index int32
}

// words of topics, in the order in which ip tests them.
var topicWords = [...]struct {
	name  string
	exact bool
	topic topics
}{
	{"link", false, topicLink},
	{"address", false, topicAddress},
	{"route", false, topicRoute},
	{"mroute", false, topicMroute},
	{"prefix", false, topicPrefix},
	{"neigh", false, topicNeigh},
	{"netconf", false, topicNetconf},
	{"rule", false, topicRule},
	{"nsid", false, topicNSID},
	{"nexthop", false, topicNexthop},
	{"stats", true, topicStats},
}

func findTopic(word string) (topics, bool) {
	for i := range topicWords {
		if t := &topicWords[i]; word == t.name || !t.exact && words.Prefix(word, t.name) {
			return t.topic, true
		}
	}
	return 0, false
}

func parse(c *object.Context, args []string) (*wish, error) {
	w := &wish{}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := w.word(c, cur); err != nil {
			return nil, err
		}
	}
	w.topics = w.asked
	if w.topics == 0 {
		w.topics = allTopics
	}
	return w, nil
}

func (w *wish) word(c *object.Context, cur *words.Cursor) (err error) {
	topic, found := topics(0), false
	switch {
	case cur.Prefix("file"):
		w.file, err = cur.Value()
		w.byFile = true
		return err
	case cur.Prefix("label"):
		w.label = true
		return nil
	}
	if topic, found = findTopic(cur.Word()); found {
		w.asked |= topic
		return nil
	}
	switch {
	case cur.Is("all"):
		w.label = true
	case cur.Prefix("all-nsid"):
		w.allNSID = true
	case cur.Prefix("help"):
		return help()
	case cur.Is("dev"):
		word, err := cur.Value()
		if err != nil {
			return err
		}
		if w.index = c.Links().Index(word); w.index == 0 {
			return words.Invalid("Device does not exist\n", word)
		}
	default:
		return object.Abort(object.StatusUsage, `Argument "`+cur.Word()+`" is unknown, try "ip monitor help".`)
	}
	return nil
}

// groupStats is RTNLGRP_STATS of linux/rtnetlink.h.
const groupStats = 36

// topicGroups are the multicast groups of the topics, with the family whose
// changes each tells of: AF_UNSPEC for all. Those of next hops and statistics
// are not here: there may be none.
var topicGroups = [...]struct {
	topic  topics
	family int
	group  uint
}{
	{topicLink, unix.AF_UNSPEC, unix.RTNLGRP_LINK},
	{topicAddress, unix.AF_INET, unix.RTNLGRP_IPV4_IFADDR},
	{topicAddress, unix.AF_INET6, unix.RTNLGRP_IPV6_IFADDR},
	{topicRoute, unix.AF_INET, unix.RTNLGRP_IPV4_ROUTE},
	{topicRoute, unix.AF_INET6, unix.RTNLGRP_IPV6_ROUTE},
	{topicRoute, unix.AF_MPLS, unix.RTNLGRP_MPLS_ROUTE},
	{topicMroute, unix.AF_INET, unix.RTNLGRP_IPV4_MROUTE},
	{topicMroute, unix.AF_INET6, unix.RTNLGRP_IPV6_MROUTE},
	{topicPrefix, unix.AF_INET6, unix.RTNLGRP_IPV6_PREFIX},
	{topicNeigh, unix.AF_UNSPEC, unix.RTNLGRP_NEIGH},
	{topicNetconf, unix.AF_INET, unix.RTNLGRP_IPV4_NETCONF},
	{topicNetconf, unix.AF_INET6, unix.RTNLGRP_IPV6_NETCONF},
	{topicNetconf, unix.AF_MPLS, unix.RTNLGRP_MPLS_NETCONF},
	{topicRule, unix.AF_INET, unix.RTNLGRP_IPV4_RULE},
	{topicRule, unix.AF_INET6, unix.RTNLGRP_IPV6_RULE},
	{topicNSID, unix.AF_UNSPEC, unix.RTNLGRP_NSID},
}

// groups are the multicast groups for topics and a family, AF_UNSPEC for all.
func groups(t topics, family int) []uint {
	var list []uint
	for i := range topicGroups {
		g := &topicGroups[i]
		if t&g.topic != 0 && (family == unix.AF_UNSPEC || g.family == unix.AF_UNSPEC || g.family == family) {
			list = append(list, g.group)
		}
	}
	return list
}
