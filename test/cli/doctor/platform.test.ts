import { examineOnProgram } from '../../support/doctor/corpus.ts';

examineOnProgram('network', 'answers');
