package rehearse

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/progress"
	"github.com/nlbox/nlbox/internal/snapshot"
)

// Original is what a clone is made after: the state of a live host. It is taken by
// the process outside and handed to the one inside as JSON.
type Original struct {
	Hostname string             `json:"hostname"`
	Snapshot *snapshot.Snapshot `json:"snapshot"`
	// Neighbours are the records of `ip -j neigh` of the namespace without a name.
	Neighbours []snapshot.Record `json:"neighbours"`
	// Sysctls are values below /proc/sys/net, by their paths there.
	Sysctls map[string]string `json:"sysctls"`
}

// originalFd is where the process inside finds the original.
const originalFd = 5

// TakeOriginal reads the state of the network that the calling thread is in. It
// only reads. An ordinary user sees no namespace but this one.
func TakeOriginal(env *applet.Env) (*Original, error) {
	line := progress.New(env.Stderr)
	defer line.End()
	line.Say("reading the state of this network")
	s, err := snapshot.Take(env, os.Geteuid() == 0)
	if err != nil && errors.Is(err, unix.EPERM) {
		s, err = snapshot.Take(env, false)
	}
	if err != nil {
		return nil, err
	}
	o := &Original{Snapshot: s, Sysctls: map[string]string{}}
	o.Hostname, _ = os.Hostname()
	text, err := env.Call([]string{"ip", "-j", "neigh", "show"})
	if err != nil {
		return nil, err
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &o.Neighbours); err != nil {
			return nil, fmt.Errorf("ip -j neigh show: %w", err)
		}
	}
	standIns(s)
	h := &Host{Like: o}
	for _, i := range o.interfaces() {
		h.Interfaces = append(h.Interfaces, i.Interface)
	}
	for _, kv := range h.sysctls() {
		if v, err := os.ReadFile(filepath.Join("/proc/sys/net", kv[0])); err == nil {
			o.Sysctls[kv[0]] = strings.TrimSpace(string(v))
		}
	}
	return o, nil
}

// write puts the original into a file in memory, which is to be inherited.
func (o *Original) write() (*os.File, error) {
	f, err := memory("original")
	if err != nil {
		return nil, err
	}
	err = json.NewEncoder(f).Encode(o)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// InheritedOriginal reads the original that Run handed to this process.
func InheritedOriginal(plan bool) (*Original, error) {
	// Whoever calls this by hand has something else there, or nothing.
	if seals, err := unix.FcntlInt(originalFd, unix.F_GET_SEALS, 0); err != nil || seals < 0 {
		word := InsideWord
		if plan {
			word = PlanInsideWord
		}
		return nil, errors.New(word + " is for nlbox itself")
	}
	f := os.NewFile(originalFd, "original")
	defer f.Close()
	return readOriginal(f)
}

// readOriginal reads what write wrote.
func readOriginal(r io.Reader) (*Original, error) {
	d := json.NewDecoder(r)
	d.UseNumber()
	o := new(Original)
	if err := d.Decode(o); err != nil {
		return nil, fmt.Errorf("the state of this network was not handed over: %w", err)
	}
	if o.Snapshot == nil || len(o.Snapshot.Namespaces) == 0 {
		return nil, errors.New("the state of this network was not handed over")
	}
	for _, n := range o.Snapshot.Namespaces {
		if n == nil {
			return nil, errors.New("the state of a namespace was not handed over")
		}
	}
	return o, nil
}

// standIns makes hardware of the links of the first namespace that lie on
// something out of sight, as the end of a veth pair in a container does.
func standIns(s *snapshot.Snapshot) {
	for _, l := range s.Namespaces[0].Links {
		info := l.Sub("linkinfo")
		if info == nil || l.Str("link") != "" {
			continue
		}
		switch l.Kind() {
		case "veth", "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap":
			delete(info, "info_kind")
			delete(info, "info_data")
		case "tun":
			// Without its program, but there.
			if data := info.Sub("info_data"); data != nil {
				data["persist"] = true
			}
		}
	}
}

// own is the state of the namespace that the original was taken in.
func (o *Original) own() *snapshot.Namespace { return o.Snapshot.Namespaces[0] }

// standIn is an interface of the host that stands for hardware.
type standIn struct {
	Interface
	link snapshot.Record
}

// interfaces are the stand-ins, each on a LAN of its own.
func (o *Original) interfaces() []standIn {
	var out []standIn
	for _, l := range o.own().Links {
		name := l.Str("ifname")
		if l.Kind() != "" || name == "lo" || !format.ValidIfname(name) {
			continue
		}
		i := standIn{link: l, Interface: Interface{
			Name: name, LAN: numbered("lan", len(out)+1), MTU: l.Number("mtu"), Down: !l.Up(),
		}}
		if l.Str("link_type") == "ether" {
			if mac, ok := parseMAC(l.Str("address")); ok {
				i.MAC = mac
			}
		}
		for _, a := range o.own().Addresses {
			if p := a.Prefix(); a.Str("dev") == name && p.IsValid() {
				i.Addrs = append(i.Addrs, p)
			}
		}
		out = append(out, i)
	}
	return out
}

// memory is a file that is nowhere.
func memory(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate("nlbox-"+name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, &os.SyscallError{Syscall: "memfd_create", Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}
