/** How graphql-codegen makes types of the schema, which it asks the server for by introspection. */

import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: process.env.ILMIO_CLIENTS_URL,
  documents: ['preset/operation.ts'],
  importExtension: '.js', // the generated files import each other as Node resolves modules
  generates: {
    'preset/generated/': {
      preset: 'client',
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', URL: 'string' },
      },
    },
  },
};

export default config;
