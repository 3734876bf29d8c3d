import java.net.URI;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.KeyMetadata;

/** What all parts of the program share. */
final class Scene implements AutoCloseable {
  static final SdkBytes FILE = SdkBytes.fromUtf8String("a file");
  static final Map<String, String> BOUND = Map.of("customer", "4711");
  static final String OTHER_REGION = System.getenv("OTHER_REGION");

  /** A user that may do everything, in its own Region and in the other one. */
  final KmsClient home = KmsClient.create();

  final KmsClient other = KmsClient.builder().region(Region.of(OTHER_REGION)).build();

  /** A user that may do nothing but what grants allow. */
  final KmsClient grantee =
      KmsClient.builder()
          .credentialsProvider(
              StaticCredentialsProvider.create(
                  AwsBasicCredentials.create(
                      System.getenv("GRANTEE_ACCESS_KEY_ID"), System.getenv("GRANTEE_SECRET_ACCESS_KEY"))))
          .build();

  /** Answers exceptions that a working service does not. */
  final KmsClient standIn = KmsClient.builder().endpointOverride(URI.create(System.getenv("STAND_IN"))).build();

  final TreeSet<String> typed = new TreeSet<>();
  final TreeSet<String> uses = new TreeSet<>();

  KeyMetadata newKey(Consumer<CreateKeyRequest.Builder> request) {
    return home.createKey(request).keyMetadata();
  }

  SdkBytes open(SdkBytes sealed) {
    return home.decrypt(r -> r.ciphertextBlob(sealed)).plaintext();
  }

  /** Makes a call that has to end with an exception of this class, and notes that it did. */
  void refused(Class<? extends AwsServiceException> type, Supplier<?> call) {
    AwsServiceException error = failure(call);
    check(error.getClass() == type, "%s, not %s".formatted(type, error));
    note(error);
  }

  synchronized void note(AwsServiceException error) {
    typed.add(error.getClass().getSimpleName().replaceFirst("^Kms", "KMS"));
  }

  /** The error that a call must end with. */
  static AwsServiceException failure(Supplier<?> call) {
    try {
      call.get();
    } catch (AwsServiceException error) {
      return error;
    }
    throw new IllegalStateException("the call succeeded");
  }

  static String codeOf(Supplier<?> call) {
    return failure(call).awsErrorDetails().errorCode();
  }

  static void check(boolean ok, String what) {
    if (!ok) throw new IllegalStateException("not so: " + what);
  }

  @Override
  public void close() {
    home.close();
    other.close();
    grantee.close();
    standIn.close();
  }
}
