package rehearse

import (
	"embed"
	"net/netip"
	"strings"
)

// articleFiles are the article's commands, as they were printed.
//
//go:embed article/*.sh
var articleFiles embed.FS

// ArticleScript returns the text of one of the article's scripts, such as
// "master.sh".
func ArticleScript(name string) (string, error) {
	text, err := articleFiles.ReadFile("article/" + name)
	return string(text), err
}

// scriptLines are the commands of a script that holds one on each line.
func scriptLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

// The hosts of the article.
const (
	masterHost  = "master"
	slaveHost   = "slave"
	gatewayHost = "gateway"
)

// ArticleSteps are the article's scripts on its hosts.
func ArticleSteps() []Step {
	var steps []Step
	for _, a := range acts() {
		text, err := ArticleScript(a.file)
		if err != nil {
			panic(err) // it is embedded
		}
		steps = append(steps, Step{Host: a.host, Text: text})
	}
	return steps
}

// ArticleLab is the article's: two hosts and the gateway on one LAN. The gateway
// is no router: what is not for itself it drops, as the article's does with the
// replies that it does not know the way for.
func ArticleLab() *Lab {
	gateway := netip.AddrFrom4([4]byte{10, 211, 55, 1})
	host := func(name string, last byte, via ...netip.Addr) Host {
		addr := netip.AddrFrom4([4]byte{10, 211, 55, last})
		return Host{
			Name:       name,
			Gateways:   via,
			Interfaces: []Interface{{Name: "eth0", LAN: "lan", MAC: MACOf(addr), Addrs: []netip.Prefix{netip.PrefixFrom(addr, 24)}}},
		}
	}
	return &Lab{
		LANs: []string{"lan"},
		Hosts: []Host{
			host(masterHost, 122, gateway),
			host(slaveHost, 123, gateway),
			host(gatewayHost, 1),
		},
	}
}
