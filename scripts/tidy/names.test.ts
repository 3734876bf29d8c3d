import { checkNames } from './names.ts';
import { testPlanted } from './planted.ts';

testPlanted(checkNames, [
  {
    name: 'names that say nothing are found, as files and as folders',
    files: {
      'a/utils.ts': '',
      'helpers/a.ts': '',
      'common/a.ts': '',
      'key-manager.ts': '',
      'a/context.test.ts': '',
    },
    finds: [
      ['a/utils.ts', 0, /says nothing/],
      ['helpers/a.ts', 0, /says nothing/],
      ['common/a.ts', 0, /says nothing/],
      ['key-manager.ts', 0, /says nothing/],
      ['a/context.test.ts', 0, /says nothing/],
    ],
  },
  {
    name: 'other spellings than kebab-case are found',
    files: { 'keyState.ts': '', 'Key.ts': '', 'key_state.ts': '', 'docs/How To.md': '' },
    finds: [
      ['keyState.ts', 0, /kebab-case/],
      ['Key.ts', 0, /kebab-case/],
      ['key_state.ts', 0, /kebab-case/],
      ['docs/How To.md', 0, /kebab-case/],
    ],
  },
  {
    name: 'good names, the documents that everyone looks for, and names that tools ask for are fine',
    files: {
      '.ci/run': '',
      '.oxlintrc.json': '',
      'README.md': '',
      LICENSE: '',
      'test/verifier/tiles_test.go': '',
      'src/encryption-context.test.ts': '',
      'tsconfig.base.json': '',
      'vectors/xaes-256-gcm.json': '',
    },
    finds: [],
  },
]);
