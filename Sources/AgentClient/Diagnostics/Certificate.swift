import Foundation
import NIOCore
import NIOSSL

/// What a service's certificate says.
struct Certificate: Hashable, Sendable {
    /// The hosts that it is for: names, some with a `*` in place of their first part, and addresses.
    var names: [String]
    var validFrom: Date
    var validUntil: Date

    init(names: [String], validFrom: Date, validUntil: Date) {
        self.names = names
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    init(_ certificate: NIOSSLCertificate) {
        names = certificate._subjectAlternativeNames().compactMap { name in
            switch name.nameType {
            case .dnsName: String(decoding: name.contents, as: UTF8.self)
            case .ipAddress:
                (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: name.contents), port: 0))?.ipAddress
            default: nil
            }
        }
        validFrom = Date(timeIntervalSince1970: Double(certificate.notValidBefore))
        validUntil = Date(timeIntervalSince1970: Double(certificate.notValidAfter))
    }

    /// Whether it is for a host.
    func isFor(_ host: String) -> Bool {
        let host = host.lowercased()
        return names.map { $0.lowercased() }.contains { name in
            guard name.hasPrefix("*.") else { return name == host }
            guard let dot = host.firstIndex(of: ".") else { return false }
            return host[dot...] == name.dropFirst()
        }
    }

    /// Why nobody should trust it, and what to do; what a handshake said is the last explanation.
    func fault(for host: String, now: Date) -> String {
        let names = names.isEmpty ? "no host" : self.names.prefix(4).joined(separator: ", ")
        if now > validUntil {
            return
                "The certificate of \(host) was valid until \(Self.day(validUntil)). Whoever runs \(host) has to renew it, "
                + "unless this machine's clock is wrong."
        }
        if now < validFrom {
            return
                "The certificate of \(host) is valid only from \(Self.day(validFrom)) on. Check this machine's clock."
        }
        if !isFor(host) {
            return "The certificate is for \(names), and not for \(host). Check the url of the account."
        }
        return
            "Nobody whom this machine trusts vouches for the certificate of \(host) (for \(names), valid until "
            + "\(Self.day(validUntil))). If it is your own, add the certificate of its issuer to those that the system trusts."
    }

    static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }
}
