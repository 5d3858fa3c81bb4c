import NIOCore

/// Where a client is: its IP address, of version 6 the part that its provider assigned.
struct ClientAddress: Hashable, Sendable {
    let text: String

    /// nil for no address, or a socket of this computer.
    init?(_ address: SocketAddress?) {
        let bytes: [UInt8]
        switch address {
        case .v4(let address): bytes = withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address): bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
        case .unixDomainSocket, nil: return nil
        }
        let isMapped = bytes.starts(with: Self.mapped)
        let network = isMapped ? bytes.dropFirst(Self.mapped.count) : bytes.prefix(Self.networkSize)
        text = network.map(String.init).joined(separator: ".")
    }

    private static let networkSize = 8
    /// What precedes an address of version 4 in one of version 6.
    private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
}
