import Foundation
import Synchronization

/// A local port that passes every connection on to another one. While it holds answers, requests arrive and nothing comes back.
final class HoldingProxy: Sendable {
    let port: Int
    private let listener: Int32
    private let isHolding = Mutex(false)

    /// - Parameter target: the port of a local server.
    init(to target: Int) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Self.address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, length) = (listener, size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isListening else { throw CocoaError(.featureUnsupported) }
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else {
                    close(descriptor)
                    return
                }
                self?.connect(client, to: target)
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    func holdAnswers(_ holds: Bool) { isHolding.withLock { $0 = holds } }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }

    private func connect(_ client: Int32, to port: Int) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Self.address(port)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(client)
            close(server)
            return
        }
        // The two directions share the descriptors; the last one to end closes them.
        let open = Shared()
        Thread.detachNewThread { Self.pump(from: client, to: server, open) { true } }
        Thread.detachNewThread { [self] in
            Self.pump(from: server, to: client, open) { !isHolding.withLock { $0 } }
        }
    }

    private final class Shared: Sendable {
        private let count = Mutex(2)
        func isLast() -> Bool {
            count.withLock { count in
                count -= 1
                return count == 0
            }
        }
    }

    /// - Parameter passes: whether what has arrived is passed on, or dropped.
    private static func pump(
        from source: Int32, to target: Int32, _ open: Shared, passes: () -> Bool
    ) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            if passes() { _ = send(target, buffer, count, Int32(MSG_NOSIGNAL)) }
        }
        shutdown(target, Int32(SHUT_RDWR))
        if open.isLast() {
            close(source)
            close(target)
        }
    }
}
