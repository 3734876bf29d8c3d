import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.core.SdkBytes;

/** What the JDK's own cryptography says of keys of the service. */
final class JdkKeys {
  private JdkKeys() {}

  /** The public key, where the JDK reads keys of its kind; otherwise null. */
  static PublicKey publicKey(SdkBytes spki) throws GeneralSecurityException {
    for (String kind : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(spki.asByteArray()));
      } catch (InvalidKeySpecException error) {
        continue;
      }
    }
    return null;
  }

  /** Whether this is a signature of the message by the algorithm that KMS calls so. */
  static boolean verifies(PublicKey key, String algorithm, SdkBytes message, SdkBytes signature)
      throws GeneralSecurityException {
    int bits = Integer.parseInt(algorithm.substring(algorithm.length() - 3));
    Signature verifier;
    if (algorithm.startsWith("RSASSA_PSS")) {
      verifier = Signature.getInstance("RSASSA-PSS");
      String hash = "SHA-" + bits;
      verifier.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), bits / 8, 1));
    } else if (algorithm.startsWith("RSASSA")) {
      verifier = Signature.getInstance("SHA%dwithRSA".formatted(bits));
    } else if (algorithm.startsWith("ECDSA")) {
      verifier = Signature.getInstance("SHA%dwithECDSA".formatted(bits));
    } else {
      verifier = Signature.getInstance("Ed25519");
      verifier.setParameter(new EdDSAParameterSpec(algorithm.startsWith("ED25519_PH")));
    }
    verifier.initVerify(key);
    verifier.update(message.asByteArray());
    return verifier.verify(signature.asByteArray());
  }

  static SdkBytes oaep(PublicKey key, String hash, SdkBytes plaintext) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    MGF1ParameterSpec mask = new MGF1ParameterSpec(hash);
    cipher.init(Cipher.ENCRYPT_MODE, key, new OAEPParameterSpec(hash, "MGF1", mask, PSource.PSpecified.DEFAULT));
    return SdkBytes.fromByteArray(cipher.doFinal(plaintext.asByteArray()));
  }

  static SdkBytes sha512(SdkBytes message) throws GeneralSecurityException {
    return SdkBytes.fromByteArray(MessageDigest.getInstance("SHA-512").digest(message.asByteArray()));
  }

  static SdkBytes hmacSha256(SdkBytes key, SdkBytes message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.asByteArray(), "HmacSHA256"));
    return SdkBytes.fromByteArray(mac.doFinal(message.asByteArray()));
  }
}
