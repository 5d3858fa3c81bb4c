import NIOSSL

/// A self-signed certificate for 127.0.0.1, and its key. They protect nothing.
enum TestCertificate {
    static func context() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBjzCCATagAwIBAgIUCrJdUzK+SzV6QbsCcA0qJyVwF2cwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTAzNDQ1OFoYDzIxMjYxMDI4
        MDM0NDU4WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQBk3kIhT6OH75mUTppZKlTvp37z4ocUolHmz8Fqq33yWJxZu+ZMEqi
        yYlsyUgC3BU0buXWQYGvjTbxOMsQa0pKo2QwYjAdBgNVHQ4EFgQUWy5fnnSwXTpi
        tJj2hdPyBhsLthcwHwYDVR0jBBgwFoAUWy5fnnSwXTpitJj2hdPyBhsLthcwDwYD
        VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
        IGgD/FjMLzNV/iYg8aQLEkWsKClPemYPu5kpnZo83aGNAiA1v+1m6j8e9qb/JSj6
        h2O6lig/7IbRRw5m2vOnPaqMjg==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLSAyeNFWTGD0Ga9u
        cI4UNqO0Uqar6qvNoRv6Avk/biShRANCAAQBk3kIhT6OH75mUTppZKlTvp37z4oc
        UolHmz8Fqq33yWJxZu+ZMEqiyYlsyUgC3BU0buXWQYGvjTbxOMsQa0pK
        -----END PRIVATE KEY-----
        """
}
