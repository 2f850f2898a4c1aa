package link

import (
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// To be replaced by the printers of links, which come with `ip link show`.

// Echo prints the kernel's echo of a change.
func Echo(*object.Context, *rtnl.Msg) error { return nil }

func show(*object.Context, []string) error {
	return object.Fail(object.StatusLocal, "ip link show: not supported yet")
}
