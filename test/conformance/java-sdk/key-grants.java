import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.GrantConstraints;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.InvalidGrantIdException;
import software.amazon.awssdk.services.kms.model.InvalidGrantTokenException;
import software.amazon.awssdk.services.kms.model.LimitExceededException;

/** Grants, what they allow, and no more. */
final class KeyGrants {
  private static final String APP = System.getenv("GRANTEE");
  private static final Map<String, String> WIDER = Map.of("customer", "4711", "order", "1");

  private final Scene scene;
  private final KmsClient kms;

  KeyGrants(Scene scene) {
    this.scene = scene;
    this.kms = scene.home;
  }

  void run() {
    String id = scene.newKey(r -> {}).keyId();
    CreateGrantRequest request =
        CreateGrantRequest.builder()
            .keyId(id)
            .granteePrincipal(APP)
            .retiringPrincipal(APP)
            .operations(GrantOperation.ENCRYPT, GrantOperation.DECRYPT)
            .constraints(GrantConstraints.builder().encryptionContextSubset(Scene.BOUND).build())
            .build();
    var first = kms.createGrant(request);
    useGrant(id, first.grantToken());
    GrantConstraints equal = GrantConstraints.builder().encryptionContextEquals(Scene.BOUND).build();
    String second = kms.createGrant(request.toBuilder().name("second").constraints(equal).build()).grantToken();
    listGrants(id);
    kms.revokeGrant(r -> r.keyId(id).grantId(first.grantId()));
    refusedUse(id, WIDER, "a context that is not equal");
    kms.retireGrant(r -> r.grantToken(second));
    Scene.check(kms.listGrants(r -> r.keyId(id)).grants().isEmpty(), "no grant any more");
    refuseGrants(id, request);
  }

  /** The grantee may use the key with the context of the grant, and without it no more. */
  private void useGrant(String id, String token) {
    SdkBytes sealed =
        scene
            .grantee
            .encrypt(r -> r.keyId(id).plaintext(Scene.FILE).encryptionContext(WIDER).grantTokens(token))
            .ciphertextBlob();
    var opened = scene.grantee.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(WIDER));
    Scene.check(opened.plaintext().equals(Scene.FILE), "decrypted by a grant");
    refusedUse(id, Map.of(), "a use that the grant does not allow");
  }

  private void refusedUse(String id, Map<String, String> context, String what) {
    String code =
        Scene.codeOf(() -> scene.grantee.encrypt(r -> r.keyId(id).plaintext(Scene.FILE).encryptionContext(context)));
    Scene.check(code.equals("AccessDeniedException"), what);
  }

  private void listGrants(String id) {
    var found = kms.listGrantsPaginator(r -> r.keyId(id).limit(1)).grants().stream().toList();
    Scene.check(found.size() == 2, "two grants in pages of one");
    Scene.check(
        found.stream().filter(grant -> grant.constraints().encryptionContextEquals().equals(Scene.BOUND)).count() == 1,
        "a grant with a constraint");
    Scene.check(kms.listRetirableGrants(r -> r.retiringPrincipal(APP)).grants().size() == 2, "two grants to retire");
  }

  private void refuseGrants(String id, CreateGrantRequest request) {
    Map<String, String> many =
        IntStream.range(0, 9).boxed().collect(Collectors.toMap(at -> "name" + at, at -> "value"));
    GrantConstraints large = GrantConstraints.builder().encryptionContextSubset(many).build();
    scene.refused(
        LimitExceededException.class, () -> kms.createGrant(request.toBuilder().constraints(large).build()));
    scene.refused(
        DryRunOperationException.class, () -> kms.createGrant(request.toBuilder().dryRun(true).build()));
    scene.refused(InvalidGrantTokenException.class, () -> kms.retireGrant(r -> r.grantToken("x")));
    scene.refused(InvalidGrantIdException.class, () -> kms.revokeGrant(r -> r.keyId(id).grantId("x")));
  }
}
