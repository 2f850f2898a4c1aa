package object_test

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// TestNoConnection closes a context whose connection could not be opened: a nil
// *rtnl.Socket is no nil rtnl.Conn.
func TestNoConnection(t *testing.T) {
	c := &object.Context{Dial: func() (rtnl.Conn, error) {
		var s *rtnl.Socket
		return s, unix.EMFILE
	}}
	if conn, err := c.Conn(); conn != nil || !errors.Is(err, unix.EMFILE) {
		t.Errorf("Conn() = %v, %v; want nil, EMFILE", conn, err)
	}
	c.Close()
}
