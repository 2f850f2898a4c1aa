package rtnl

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// refusal is an NLMSG_ERROR that echoes a request and points at offset.
func refusal(request []byte, offset int) *Msg {
	data := native.AppendUint32(nil, ^uint32(unix.EINVAL-1)) // -EINVAL
	data = append(data, request...)
	data = append(data, 8, 0, unix.NLMSGERR_ATTR_OFFS, 0)
	data = native.AppendUint32(data, uint32(offset))
	return &Msg{Type: unix.NLMSG_ERROR, Flags: unix.NLM_F_ACK_TLVS, Data: data}
}

func TestErrorAttr(t *testing.T) {
	r := NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 1, 0, 0)
	r.U32(unix.IFLA_MTU, 5)
	mtu := headerSize + unix.SizeofIfInfomsg
	info := r.Nest(unix.IFLA_LINKINFO)
	r.Text(unix.IFLA_INFO_KIND, "bridge")
	data := r.Nest(unix.IFLA_INFO_DATA)
	r.U32(unix.IFLA_BR_STP_STATE, 9)
	r.End(data)
	r.End(info)
	request := r.Bytes()
	stp := len(request) - 8
	for offset, want := range map[int][]uint16{
		mtu:     {unix.IFLA_MTU},
		mtu + 8: {unix.IFLA_LINKINFO},
		stp:     {unix.IFLA_LINKINFO, unix.IFLA_INFO_DATA, unix.IFLA_BR_STP_STATE},
		stp + 1: nil,
		4000:    nil,
	} {
		err, _ := verdict(refusal(request, offset))
		if err == nil || err.Attr == nil || !slices.Equal(err.Attr.Path, want) || err.Attr.Message != unix.RTM_NEWLINK {
			t.Errorf("%d: %+v", offset, err.Attr)
		}
	}
	if err, _ := verdict(refusal(request, 0)); err.Attr != nil {
		t.Errorf("points at nothing: %+v", err.Attr)
	}
}
