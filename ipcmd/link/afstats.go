package link

import "github.com/nlbox/nlbox/ipcmd/object"

// xstats and afstats read RTM_GETSTATS tables that none of the kinds here
// prints yet.
func xstats(*object.Context, []string) error {
	return object.Fail(object.StatusLocal, "ip link xstats: not supported by nlbox; use iproute2's ip for it")
}

func afstats(*object.Context, []string) error {
	return object.Fail(object.StatusLocal, "ip link afstats: not supported by nlbox; use iproute2's ip for it")
}
