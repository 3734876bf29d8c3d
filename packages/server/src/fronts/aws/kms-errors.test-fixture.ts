/**
 * The exceptions that AWS's model of KMS (2014-11-01) lists for each operation, without their ending. The SDKs know no
 * others by name.
 */
export const MODELLED_ERRORS: Readonly<Record<string, string>> = {
  CancelKeyDeletion: 'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound',
  ConnectCustomKeyStore:
    'CloudHsmClusterInvalidConfiguration CloudHsmClusterNotActive CustomKeyStoreInvalidState CustomKeyStoreNotFound KMSInternal',
  CreateAlias:
    'AlreadyExists DependencyTimeout InvalidAliasName KMSInternal KMSInvalidState LimitExceeded NotFound',
  CreateCustomKeyStore:
    'CloudHsmClusterInUse CloudHsmClusterInvalidConfiguration CloudHsmClusterNotActive CloudHsmClusterNotFound CustomKeyStoreNameInUse IncorrectTrustAnchor KMSInternal LimitExceeded XksProxyIncorrectAuthenticationCredential XksProxyInvalidConfiguration XksProxyInvalidResponse XksProxyUriEndpointInUse XksProxyUriInUse XksProxyUriUnreachable XksProxyVpcEndpointServiceInUse XksProxyVpcEndpointServiceInvalidConfiguration XksProxyVpcEndpointServiceNotFound',
  CreateGrant:
    'DependencyTimeout Disabled DryRunOperation InvalidArn InvalidGrantToken KMSInternal KMSInvalidState LimitExceeded NotFound',
  CreateKey:
    'CloudHsmClusterInvalidConfiguration CustomKeyStoreInvalidState CustomKeyStoreNotFound DependencyTimeout InvalidArn KMSInternal LimitExceeded MalformedPolicyDocument Tag UnsupportedOperation XksKeyAlreadyInUse XksKeyInvalidConfiguration XksKeyNotFound',
  Decapsulate:
    'DependencyTimeout Disabled DryRunOperation InvalidCiphertext InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  Decrypt:
    'DependencyTimeout Disabled DryRunOperation IncorrectKey InvalidCiphertext InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  DeleteAlias: 'DependencyTimeout KMSInternal KMSInvalidState NotFound',
  DeleteCustomKeyStore: 'CustomKeyStoreHasCMKs CustomKeyStoreInvalidState CustomKeyStoreNotFound KMSInternal',
  DeleteImportedKeyMaterial:
    'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  DeriveSharedSecret:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  DescribeCustomKeyStores: 'CustomKeyStoreNotFound InvalidMarker KMSInternal',
  DescribeKey: 'DependencyTimeout InvalidArn KMSInternal NotFound',
  DisableKey: 'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound',
  DisableKeyRotation:
    'DependencyTimeout Disabled InvalidArn KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  DisconnectCustomKeyStore: 'CustomKeyStoreInvalidState CustomKeyStoreNotFound KMSInternal',
  EnableKey: 'DependencyTimeout InvalidArn KMSInternal KMSInvalidState LimitExceeded NotFound',
  EnableKeyRotation:
    'DependencyTimeout Disabled InvalidArn KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  Encapsulate:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  Encrypt:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  GenerateDataKey:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  GenerateDataKeyPair:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound UnsupportedOperation',
  GenerateDataKeyPairWithoutPlaintext:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound UnsupportedOperation',
  GenerateDataKeyWithoutPlaintext:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  GenerateMac:
    'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  GenerateRandom:
    'CustomKeyStoreInvalidState CustomKeyStoreNotFound DependencyTimeout KMSInternal UnsupportedOperation',
  GetKeyLastUsage: 'DependencyTimeout InvalidArn KMSInternal NotFound',
  GetKeyPolicy: 'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound',
  GetKeyRotationStatus:
    'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  GetParametersForImport:
    'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  GetPublicKey:
    'DependencyTimeout Disabled InvalidArn InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound UnsupportedOperation',
  ImportKeyMaterial:
    'DependencyTimeout ExpiredImportToken IncorrectKeyMaterial InvalidArn InvalidCiphertext InvalidImportToken KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  ListAliases: 'DependencyTimeout InvalidArn InvalidMarker KMSInternal NotFound',
  ListGrants:
    'DependencyTimeout InvalidArn InvalidGrantId InvalidMarker KMSInternal KMSInvalidState NotFound',
  ListKeyPolicies: 'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound',
  ListKeyRotations: 'InvalidArn InvalidMarker KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  ListKeys: 'DependencyTimeout InvalidMarker KMSInternal',
  ListResourceTags: 'InvalidArn InvalidMarker KMSInternal NotFound',
  ListRetirableGrants: 'DependencyTimeout InvalidArn InvalidMarker KMSInternal NotFound',
  PutKeyPolicy:
    'DependencyTimeout InvalidArn KMSInternal KMSInvalidState LimitExceeded MalformedPolicyDocument NotFound UnsupportedOperation',
  ReEncrypt:
    'DependencyTimeout Disabled DryRunOperation IncorrectKey InvalidCiphertext InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  ReplicateKey:
    'AlreadyExists Disabled InvalidArn KMSInternal KMSInvalidState LimitExceeded MalformedPolicyDocument NotFound Tag UnsupportedOperation',
  RetireGrant:
    'DependencyTimeout DryRunOperation InvalidArn InvalidGrantId InvalidGrantToken KMSInternal KMSInvalidState NotFound',
  RevokeGrant:
    'DependencyTimeout DryRunOperation InvalidArn InvalidGrantId KMSInternal KMSInvalidState NotFound',
  RotateKeyOnDemand:
    'Conflict DependencyTimeout Disabled InvalidArn KMSInternal KMSInvalidState LimitExceeded NotFound UnsupportedOperation',
  ScheduleKeyDeletion: 'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound',
  Sign: 'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidState KeyUnavailable NotFound',
  TagResource: 'InvalidArn KMSInternal KMSInvalidState LimitExceeded NotFound Tag',
  UntagResource: 'InvalidArn KMSInternal KMSInvalidState NotFound Tag',
  UpdateAlias: 'DependencyTimeout KMSInternal KMSInvalidState LimitExceeded NotFound',
  UpdateCustomKeyStore:
    'CloudHsmClusterInvalidConfiguration CloudHsmClusterNotActive CloudHsmClusterNotFound CloudHsmClusterNotRelated CustomKeyStoreInvalidState CustomKeyStoreNameInUse CustomKeyStoreNotFound KMSInternal XksProxyIncorrectAuthenticationCredential XksProxyInvalidConfiguration XksProxyInvalidResponse XksProxyUriEndpointInUse XksProxyUriInUse XksProxyUriUnreachable XksProxyVpcEndpointServiceInUse XksProxyVpcEndpointServiceInvalidConfiguration XksProxyVpcEndpointServiceNotFound',
  UpdateKeyDescription: 'DependencyTimeout InvalidArn KMSInternal KMSInvalidState NotFound',
  UpdatePrimaryRegion: 'Disabled InvalidArn KMSInternal KMSInvalidState NotFound UnsupportedOperation',
  Verify:
    'DependencyTimeout Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidSignature KMSInvalidState KeyUnavailable NotFound',
  VerifyMac:
    'Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KMSInternal KMSInvalidMac KMSInvalidState KeyUnavailable NotFound',
};
