package format

// IfnameSize is IFNAMSIZ: the room for an interface name and its NUL.
const IfnameSize = 16

// ValidIfname tells whether the kernel would take name for an interface: 1 to
// 15 bytes without a slash or a blank.
func ValidIfname(name string) bool { return len(name) < IfnameSize && ValidAltIfname(name) }

// ValidAltIfname tells the same of an alternative name, which may be longer.
func ValidAltIfname(name string) bool {
	for i := range len(name) {
		if name[i] == '/' || isSpace(name[i]) {
			return false
		}
	}
	return name != ""
}
