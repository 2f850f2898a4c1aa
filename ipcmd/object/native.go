package object

import "encoding/binary"

// native is the machine's byte order, which rtnetlink's headers are in.
var native = binary.NativeEndian
