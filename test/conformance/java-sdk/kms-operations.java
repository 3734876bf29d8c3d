import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsRequest;

/**
 * Drives the service with the AWS SDK for Java v2, unmodified: every operation, keys of every spec that the SDK knows,
 * and every exception by its class. Settings come from the environment and from the JVM's trust store alone. Prints one
 * line of JSON: the operations of the SDK, what keys were used for, and the exceptions that arrived as their classes.
 */
final class KmsOperations {
  private KmsOperations() {}

  public static void main(String[] args) {
    try (Scene scene = new Scene()) {
      new KeyLife(scene).run();
      new KeySpecs(scene).run();
      new KeyMaterials(scene).run();
      new KeyRegions(scene).run();
      new KeyGrants(scene).run();
      new Refusals(scene).run();
      System.out.println(
          "{\"operations\":%s,\"typed\":%s,\"uses\":%s}"
              .formatted(json(operations()), json(scene.typed), json(scene.uses)));
    }
  }

  /** The operations of the SDK: the client's methods that take a request of KMS. */
  private static Collection<String> operations() {
    return Arrays.stream(KmsClient.class.getMethods())
        .filter(method -> method.getParameterCount() == 1)
        .map(method -> method.getParameterTypes()[0])
        .filter(KmsRequest.class::isAssignableFrom)
        .map(type -> type.getSimpleName().replaceFirst("Request$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String json(Collection<String> texts) {
    return texts.stream().map("\"%s\""::formatted).collect(Collectors.joining(",", "[", "]"));
  }
}
