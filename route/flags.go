package route

// Flags of a route, from linux/route.h and linux/ipv6_route.h.
const (
	flagUp        = 0x0001
	flagGateway   = 0x0002
	flagHost      = 0x0004
	flagReinstate = 0x0008
	flagDynamic   = 0x0010
	flagModified  = 0x0020
	flagMSS       = 0x0040
	flagWindow    = 0x0080
	flagIRTT      = 0x0100
	flagReject    = 0x0200
	flagNotCached = 0x0400
	flagDefault   = 0x00010000
	flagAllOnLink = 0x00020000
	flagAddrConf  = 0x00040000
	flagNoNextHop = 0x00200000
	flagExpires   = 0x00400000
	flagCache     = 0x01000000
	flagFlow      = 0x02000000
	flagPolicy    = 0x04000000
	flagLocal     = 0x80000000
)

// appendFlags appends the letters of a route's flags, padded to width. letters
// are tried in their order; one that resets takes the place of those before it.
func appendFlags(dst []byte, flags uint32, letters []flagLetter, width int) []byte {
	start := len(dst)
	for i := 0; flags != 0 && i < len(letters); i++ {
		l := &letters[i]
		if flags&l.flag == 0 {
			continue
		}
		flags &^= l.flag
		if l.resets {
			dst = dst[:start]
		}
		dst = append(dst, l.letter)
	}
	for len(dst)-start < width {
		dst = append(dst, ' ')
	}
	return dst
}

// flagLetter is how a flag is shown.
type flagLetter struct {
	flag   uint32
	letter byte
	resets bool
}

// inetLetters are the flags of IPv4 routes in their order.
var inetLetters = [...]flagLetter{
	{flagUp, 'U', false},
	{flagGateway, 'G', false},
	{flagReject, '!', true},
	{flagHost, 'H', false},
	{flagReinstate, 'R', false},
	{flagDynamic, 'D', false},
	{flagModified, 'M', false},
	{flagDefault, 'd', false},
	{flagAllOnLink, 'a', false},
	{flagAddrConf, 'c', false},
	{flagNoNextHop, 'o', false},
	{flagExpires, 'e', false},
	{flagCache, 'c', false},
	{flagFlow, 'f', false},
	{flagPolicy, 'p', false},
	{flagLocal, 'l', false},
	{flagMSS, 'u', false},
	{flagWindow, 'w', false},
	{flagIRTT, 'i', false},
	{flagNotCached, 'n', false},
}

// inet6Letters are those of IPv6 routes.
var inet6Letters = [...]flagLetter{
	{flagUp, 'U', false},
	{flagReject, '!', false},
	{flagGateway, 'G', false},
	{flagHost, 'H', false},
	{flagDefault, 'D', false},
	{flagAddrConf, 'A', false},
	{flagCache, 'C', false},
	{flagAllOnLink, 'a', false},
	{flagExpires, 'e', false},
	{flagModified, 'm', false},
	{flagNoNextHop, 'n', false},
	{flagFlow, 'f', false},
}
