package bridge

import (
	"bytes"
	"os"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// udpService finds the UDP port of a service in /etc/services: services(5).
func udpService(name string) (port uint16, ok bool) {
	data, err := os.ReadFile("/etc/services")
	if err != nil {
		return 0, false
	}
	return findService(data, name, "udp")
}

// findService finds the port of a service by its name or one of its aliases.
func findService(data []byte, name, protocol string) (port uint16, ok bool) {
	for len(data) > 0 {
		var line []byte
		line, data, _ = bytes.Cut(data, []byte{'\n'})
		line, _, _ = bytes.Cut(line, []byte{'#'})
		fields := strings.Fields(string(line))
		if len(fields) < 2 {
			continue
		}
		number, proto, found := strings.Cut(fields[1], "/")
		if !found || proto != protocol {
			continue
		}
		fields[1] = fields[0]
		for _, field := range fields[1:] {
			if field == name {
				return format.ParseU16(number, 10)
			}
		}
	}
	return 0, false
}
